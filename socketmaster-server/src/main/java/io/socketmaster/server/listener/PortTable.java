package io.socketmaster.server.listener;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.RouteTable;
import java.util.Optional;

/**
 * Everything that is registered on one port, and the rules of sharing it (contract section 2). Immutable.
 *
 * <p>TLS is told from everything else by its first bytes, HTTP requests from each other by host and path, and TLS
 * connections by server name. A plain TCP service takes whatever is not TLS, so it shares a port with TLS services, but
 * not with another TCP service and not with HTTP in clear text.
 *
 * @param tcp the plain TCP service, if there is one
 * @param http HTTP requests in clear text
 * @param https HTTP requests inside TLS
 * @param tls TLS connections by server name, those that carry HTTP included
 */
record PortTable(
        Optional<RoutedService> tcp, RouteTable<RoutedService> http, RouteTable<RoutedService> https, TlsTable tls) {

    static final PortTable EMPTY =
            new PortTable(Optional.empty(), RouteTable.empty(), RouteTable.empty(), TlsTable.EMPTY);

    boolean isEmpty() {
        return tcp.isEmpty() && http.isEmpty() && tls.isEmpty();
    }

    /** Whether connections need not be looked at, so that the server may speak first. */
    boolean isTcpOnly() {
        return tcp.isPresent() && tls.isEmpty();
    }

    /**
     * The table with {@code service} at the place that {@code spec} describes.
     *
     * @throws ProtocolException {@code KIND_CONFLICT} naming both, if connections could not be told apart
     */
    PortTable with(RoutedService service, RouteSpec spec) throws ProtocolException {
        switch (spec.kind()) {
            case TCP -> {
                refuseIfTaken(tcp, service, spec);
                if (!http.isEmpty()) {
                    throw conflict(spec, http.routes().get(0).target());
                }
                return new PortTable(Optional.of(service), http, https, tls);
            }
            case HTTP -> {
                refuseIfTaken(tcp, service, spec);
                return new PortTable(tcp, install(http, service, spec), https, tls);
            }
            case HTTPS -> {
                return new PortTable(tcp, http, install(https, service, spec), installTls(service, spec));
            }
            case TLS, PASSTHROUGH -> {
                return new PortTable(tcp, http, https, installTls(service, spec));
            }
            default -> throw new IllegalStateException("unknown kind " + spec.kind());
        }
    }

    /** The table without what {@code service} had by {@code spec}. */
    PortTable without(RoutedService service, RouteSpec spec) {
        return switch (spec.kind()) {
            case TCP -> new PortTable(Optional.empty(), http, https, tls);
            case HTTP -> new PortTable(tcp, remove(http, spec), https, tls);
            case HTTPS -> new PortTable(tcp, http, remove(https, spec), tls.without(service, spec));
            case TLS, PASSTHROUGH -> new PortTable(tcp, http, https, tls.without(service, spec));
        };
    }

    private static RouteTable<RoutedService> install(
            RouteTable<RoutedService> table, RoutedService service, RouteSpec spec) throws ProtocolException {
        RouteTable<RoutedService> next = table;
        for (HostPattern host : spec.hosts()) {
            refuseIfTaken(table.get(host, spec.path()), service, spec);
            next = next.with(host, spec.path(), service);
        }
        return next;
    }

    private static RouteTable<RoutedService> remove(RouteTable<RoutedService> table, RouteSpec spec) {
        RouteTable<RoutedService> next = table;
        for (HostPattern host : spec.hosts()) {
            next = next.without(host, spec.path());
        }
        return next;
    }

    private TlsTable installTls(RoutedService service, RouteSpec spec) throws ProtocolException {
        for (HostPattern host : spec.hosts()) {
            refuseIfTaken(tls.conflict(host, spec, service), service, spec);
        }
        return tls.with(service, spec);
    }

    private static void refuseIfTaken(Optional<RoutedService> holder, RoutedService service, RouteSpec spec)
            throws ProtocolException {
        if (holder.isPresent() && holder.get() != service) {
            throw conflict(spec, holder.get());
        }
    }

    private static ProtocolException conflict(RouteSpec wanted, RoutedService holder) {
        return new ProtocolException(
                ErrorCode.KIND_CONFLICT,
                "'" + wanted.name() + "' (" + wanted.describe() + ") could not be told apart from '" + holder.name()
                        + "' (" + holder.spec().describe() + "), which is registered there; choose another port, host"
                        + " or path, or register under the same name to replace it");
    }
}
