package io.socketmaster.server.listener;

import io.socketmaster.server.service.ServiceStatus;
import java.util.List;

/**
 * A route with its service as people see it, at one moment.
 *
 * @param kind {@code tcp}, {@code tls}, {@code tls-passthrough}, {@code http} or {@code https}
 * @param address where it listens, as {@code host:port}; {@code *} for every address of the machine
 * @param hosts whose requests or connections; empty: anybody's
 * @param path which requests of them; {@code /} for all, and for what is not HTTP
 * @param listening whether the route is there; false while the last work of a service that did not come back is in flight
 * @param service who takes what comes
 */
public record RouteStatus(
        String kind, String address, List<String> hosts, String path, boolean listening, ServiceStatus service) {

    public RouteStatus {
        hosts = List.copyOf(hosts);
    }
}
