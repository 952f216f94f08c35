package io.socketmaster.server.listener;

import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.PathPrefix;
import io.socketmaster.server.service.Service;
import io.socketmaster.server.tls.ServerTls;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What one registration wants of a port, checked and ready to be installed.
 *
 * @param name the service's name; empty: derived from the rest when the port is known
 * @param listen where
 * @param kind what it takes of the port
 * @param hosts whose requests or connections; the first one is part of the route's identity
 * @param path which requests of them; {@link PathPrefix#ROOT} except for HTTP
 * @param tls what the daemon ends TLS with; present for {@link RouteKind#TLS} and {@link RouteKind#HTTPS}
 * @param rejection what a plain TCP connection gets that comes while the route is paused in the mode reject; empty: a reset
 */
public record RouteSpec(
        String name,
        ListenAddress listen,
        RouteKind kind,
        List<HostPattern> hosts,
        PathPrefix path,
        Optional<Tls> tls,
        Optional<Rejection> rejection) {

    /**
     * @param server made of the service's certificate and key
     * @param certificateNames the names that the certificate is good for
     * @param alpn the application protocols that are spoken inside; empty: whatever, and none is negotiated
     */
    public record Tls(ServerTls server, List<HostPattern> certificateNames, List<String> alpn) {
        public Tls {
            certificateNames = List.copyOf(certificateNames);
            alpn = List.copyOf(alpn);
        }

        /** Whether a client can go on that offers {@code offered}, which is empty if it does without ALPN. */
        boolean speaksOneOf(List<String> offered) {
            return alpn.isEmpty() || offered.isEmpty() || !Collections.disjoint(alpn, offered);
        }
    }

    public RouteSpec(
            String name,
            ListenAddress listen,
            RouteKind kind,
            List<HostPattern> hosts,
            PathPrefix path,
            Optional<Tls> tls) {
        this(name, listen, kind, hosts, path, tls, /* rejection= */ Optional.empty());
    }

    /** Every connection to an address. */
    public static RouteSpec tcp(String name, ListenAddress listen, Optional<Rejection> rejection) {
        return new RouteSpec(
                name, listen, RouteKind.TCP, List.of(HostPattern.ANY), PathPrefix.ROOT, Optional.empty(), rejection);
    }

    public RouteSpec {
        hosts = List.copyOf(hosts);
        if (hosts.isEmpty()) {
            throw new IllegalArgumentException("a route is for at least one host, or for any");
        }
    }

    /** The same on the port that was really bound, and with a name. */
    RouteSpec bound(ListenAddress bound) {
        return new RouteSpec(name.isEmpty() ? derivedName(bound) : name, bound, kind, hosts, path, tls, rejection);
    }

    /** Such as {@code http:8000:example.com/api}: the same for each generation that says the same. */
    private String derivedName(ListenAddress bound) {
        String host = isForAnyHost() ? "" : hosts.get(0).toString();
        String place = host + (path.equals(PathPrefix.ROOT) ? "" : path.text());
        return kind + ":" + bound.place() + (place.isEmpty() ? "" : ":" + place);
    }

    /** The same with another certificate. */
    RouteSpec withTls(Tls newTls) {
        return new RouteSpec(name, listen, kind, hosts, path, Optional.of(newTls), rejection);
    }

    /** What makes two registrations the same route (contract, "Words"). */
    Key key() {
        return new Key(listen, kind, hosts.get(0), path);
    }

    /** Whether any host will do. */
    boolean isForAnyHost() {
        return hosts.contains(HostPattern.ANY);
    }

    /** For people: {@code https *:443 example.com/api}. */
    public String describe() {
        String host = isForAnyHost() ? "" : hosts.get(0).toString();
        return switch (kind) {
            case TCP -> kind + " " + listen;
            case TLS, PASSTHROUGH -> (kind + " " + listen + " " + host).trim();
            case HTTP, HTTPS -> kind + " " + listen + " " + host + path;
        };
    }

    RouteStatus status(boolean listening, Service<?> service) {
        List<String> names = isForAnyHost()
                ? List.of()
                : hosts.stream().map(HostPattern::toString).toList();
        return new RouteStatus(kind.toString(), listen.toString(), names, path.toString(), listening, service.status());
    }

    /** A route's identity. */
    record Key(ListenAddress listen, RouteKind kind, HostPattern host, PathPrefix path) {}
}
