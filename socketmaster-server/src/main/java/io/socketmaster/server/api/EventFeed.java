package io.socketmaster.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.util.NetUtil;
import io.socketmaster.server.events.DaemonEvents;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * The daemon's events as JSON, one line each, for everybody who follows them. What happens with each request is not among
 * them: this is about services, sessions, ports and pauses. Any thread; costs nothing while nobody follows.
 */
public final class EventFeed implements DaemonEvents {
    private static final String SERVICE = "service";
    private static final String SESSION = "session";
    private static final String GENERATION = "generation";
    private static final String REASON = "reason";

    private final Clock clock;
    private final Set<Follower> followers = new CopyOnWriteArraySet<>();

    /** @param clock for the time of each event */
    public EventFeed(Clock clock) {
        this.clock = clock;
    }

    /** Somebody who gets each line; any thread, returns at once. */
    @FunctionalInterface
    interface Follower {
        void offer(byte[] line);
    }

    void follow(Follower follower) {
        followers.add(follower);
    }

    void leave(Follower follower) {
        followers.remove(follower);
    }

    /** An event with its time, to be filled. */
    ObjectNode event(String name) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.put("time", clock.instant().truncatedTo(ChronoUnit.MILLIS).toString());
        return json.put("event", name);
    }

    static byte[] line(ObjectNode event) {
        return (event + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private void publish(ObjectNode event) {
        byte[] line = line(event);
        followers.forEach(follower -> follower.offer(line));
    }

    private boolean nobodyFollows() {
        return followers.isEmpty();
    }

    @Override
    public void listenerBound(SocketAddress address) {
        if (!nobodyFollows()) {
            publish(event("port-open").put("address", text(address)));
        }
    }

    @Override
    public void listenerClosed(SocketAddress address, String reason) {
        if (!nobodyFollows()) {
            publish(event("port-closed").put("address", text(address)).put(REASON, reason));
        }
    }

    @Override
    public void sessionOpened(String sessionId, String peer, String client) {
        if (!nobodyFollows()) {
            publish(event("session-open")
                    .put(SESSION, sessionId)
                    .put("peer", peer)
                    .put("client", client));
        }
    }

    @Override
    public void laneOpened(String sessionId, String peer) {
        if (!nobodyFollows()) {
            publish(event("session-lane").put(SESSION, sessionId).put("peer", peer));
        }
    }

    @Override
    public void sessionClosed(String sessionId, String cause) {
        if (!nobodyFollows()) {
            publish(event("session-end").put(SESSION, sessionId).put(REASON, cause));
        }
    }

    @Override
    public void registered(String service, int generation, String sessionId, String policy) {
        if (!nobodyFollows()) {
            publish(about("registered", service, generation, sessionId).put("policy", policy));
        }
    }

    @Override
    public void registrationRefused(String peer, String code, String sentence) {
        if (!nobodyFollows()) {
            publish(event("refused").put("peer", peer).put("code", code).put(REASON, sentence));
        }
    }

    @Override
    public void generationReady(String service, int generation, String sessionId) {
        if (!nobodyFollows()) {
            publish(about("ready", service, generation, sessionId));
        }
    }

    @Override
    public void generationUpdated(String service, int generation, String sessionId) {
        if (!nobodyFollows()) {
            publish(about("updated", service, generation, sessionId));
        }
    }

    @Override
    public void generationSwapped(String service, int from, int to) {
        if (!nobodyFollows()) {
            publish(event("swapped").put(SERVICE, service).put("from", from).put("to", to));
        }
    }

    @Override
    public void generationTakenBack(String service, int generation, String sessionId) {
        if (!nobodyFollows()) {
            publish(about("taken-back", service, generation, sessionId));
        }
    }

    @Override
    public void generationStandsBy(String service, int generation, String sessionId, int inFlight) {
        if (!nobodyFollows()) {
            publish(about("stands-by", service, generation, sessionId).put("inFlight", inFlight));
        }
    }

    @Override
    public void generationDraining(
            String service, int generation, String sessionId, String reason, int inFlight, Duration deadline) {
        if (!nobodyFollows()) {
            publish(about("draining", service, generation, sessionId)
                    .put("inFlight", inFlight)
                    .put("deadlineMillis", deadline.toMillis())
                    .put(REASON, reason));
        }
    }

    @Override
    public void generationDrained(String service, int generation, String sessionId) {
        if (!nobodyFollows()) {
            publish(about("drained", service, generation, sessionId));
        }
    }

    @Override
    public void generationGone(String service, int generation, String sessionId, String cause, int inFlight) {
        if (!nobodyFollows()) {
            publish(about("gone", service, generation, sessionId)
                    .put("inFlight", inFlight)
                    .put(REASON, cause));
        }
    }

    @Override
    public void serviceServing(String service, int held) {
        if (!nobodyFollows()) {
            publish(event("serving").put(SERVICE, service).put("held", held));
        }
    }

    @Override
    public void serviceAbsent(String service, Duration hold, String cause) {
        if (!nobodyFollows()) {
            publish(event("absent")
                    .put(SERVICE, service)
                    .put("holdMillis", hold.toMillis())
                    .put(REASON, cause));
        }
    }

    @Override
    public void serviceExpired(String service) {
        if (!nobodyFollows()) {
            publish(event("expired").put(SERVICE, service));
        }
    }

    @Override
    public void paused(String service, String mode, Optional<Duration> ttl, String reason) {
        if (!nobodyFollows()) {
            ObjectNode event = event("paused").put(SERVICE, service).put("mode", mode);
            ttl.ifPresentOrElse(time -> event.put("ttlMillis", time.toMillis()), () -> event.putNull("ttlMillis"));
            publish(event.put(REASON, reason));
        }
    }

    @Override
    public void resumed(String service, String cause) {
        if (!nobodyFollows()) {
            publish(event("resumed").put(SERVICE, service).put(REASON, cause));
        }
    }

    private ObjectNode about(String name, String service, int generation, String sessionId) {
        return event(name).put(SERVICE, service).put(GENERATION, generation).put(SESSION, sessionId);
    }

    private static String text(SocketAddress address) {
        return address instanceof InetSocketAddress ip && !ip.isUnresolved()
                ? NetUtil.toSocketAddressString(ip)
                : address.toString();
    }
}
