package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.socketmaster.server.listener.RouteStatus;
import io.socketmaster.server.service.PauseStatus;
import io.socketmaster.server.service.ServiceStatus;
import io.socketmaster.server.service.ServiceStatus.GenerationStatus;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/** What people and programs see of the registry. Durations are whole milliseconds, in fields that say so. Pure functions. */
final class StatusJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private StatusJson() {}

    static ObjectNode routes(List<RouteStatus> all) {
        ObjectNode json = NODES.objectNode();
        ArrayNode routes = json.putArray("routes");
        for (RouteStatus each : all) {
            ObjectNode route = route(each);
            route.put("service", each.service().name());
            route.put("state", state(each.service()));
            routes.add(route);
        }
        return json;
    }

    static ObjectNode services(List<RouteStatus> all) {
        ObjectNode json = NODES.objectNode();
        ArrayNode services = json.putArray("services");
        all.forEach(each -> services.add(service(each)));
        return json;
    }

    static ObjectNode sessions(List<RouteStatus> all) {
        ObjectNode json = NODES.objectNode();
        ArrayNode sessions = json.putArray("sessions");
        for (RouteStatus each : all) {
            for (GenerationStatus generation : each.service().generations()) {
                sessions.add(session(each.service(), generation));
            }
        }
        return json;
    }

    static ObjectNode session(ServiceStatus service, GenerationStatus generation) {
        ObjectNode json = NODES.objectNode();
        json.put("id", generation.sessionId());
        json.put("service", service.name());
        return fill(json, generation);
    }

    /** An object, or JSON's null. */
    static void put(ObjectNode json, String field, Optional<PauseStatus> pause) {
        if (pause.isEmpty()) {
            json.putNull(field);
            return;
        }
        PauseStatus status = pause.get();
        ObjectNode node = json.putObject(field);
        node.put("mode", status.mode().word());
        node.put("reason", status.reason());
        node.put("everywhere", status.everywhere());
        node.put("forMillis", status.since().toMillis());
        status.endsIn()
                .ifPresentOrElse(left -> node.put("endsInMillis", left.toMillis()), () -> node.putNull("endsInMillis"));
    }

    private static ObjectNode route(RouteStatus route) {
        ObjectNode json = NODES.objectNode();
        json.put("kind", route.kind());
        json.put("address", route.address());
        ArrayNode hosts = json.putArray("hosts");
        route.hosts().forEach(hosts::add);
        json.put("path", route.path());
        json.put("listening", route.listening());
        return json;
    }

    private static ObjectNode service(RouteStatus route) {
        ServiceStatus service = route.service();
        ObjectNode json = NODES.objectNode();
        json.put("name", service.name());
        json.set("route", route(route));
        json.put("owner", service.owner());
        json.put("state", state(service));
        json.put("forMillis", service.since().toMillis());
        json.put("cause", service.cause());
        service.expiresIn()
                .ifPresentOrElse(
                        left -> json.put("expiresInMillis", left.toMillis()), () -> json.putNull("expiresInMillis"));
        put(json, "paused", service.pause());
        json.put("held", service.held());
        json.put("inFlight", service.inFlight());
        json.put("replayed", service.replayed());
        ArrayNode generations = json.putArray("generations");
        for (GenerationStatus generation : service.generations()) {
            ObjectNode node = NODES.objectNode();
            node.put("session", generation.sessionId());
            generations.add(fill(node, generation));
        }
        return json;
    }

    private static ObjectNode fill(ObjectNode json, GenerationStatus generation) {
        json.put("generation", generation.number());
        json.put("state", generation.state());
        json.put("forMillis", generation.since().toMillis());
        json.put("peer", generation.peer());
        json.put("client", generation.client());
        json.put("policy", generation.policy().name().toLowerCase(Locale.ROOT));
        json.put("weight", generation.weight());
        ObjectNode metadata = json.putObject("metadata");
        new TreeMap<>(generation.metadata()).forEach(metadata::put);
        json.put("inFlight", generation.inFlight());
        json.put("longLived", generation.longLived());
        return json;
    }

    /** {@code serving}, {@code absent}, {@code awaiting-ready}, {@code unclaimed} or {@code closed}. */
    private static String state(ServiceStatus service) {
        return service.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
