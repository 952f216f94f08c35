package io.socketmaster.server.listener;

import io.socketmaster.server.http.HttpRoutes;
import io.socketmaster.server.http.TlsScope;
import io.socketmaster.server.route.BadHostException;
import io.socketmaster.server.route.BadPathException;
import io.socketmaster.server.route.HostName;
import io.socketmaster.server.route.RequestPath;
import io.socketmaster.server.route.RouteTable;
import java.util.Optional;

/** The HTTP routes of one port, looked up in its newest table. Any thread. */
final class PortRoutes implements HttpRoutes {
    private final PublicListener listener;

    PortRoutes(PublicListener listener) {
        this.listener = listener;
    }

    @Override
    public Match find(String host, String target, Optional<TlsScope> tls) {
        HostName name;
        RequestPath path;
        try {
            name = host.isEmpty() ? HostName.NONE : HostName.ofAuthority(host);
            path = RequestPath.of(target);
        } catch (BadHostException | BadPathException e) {
            return new Bad(e.getMessage());
        }
        PortTable table = listener.table();
        Optional<RoutedService> service = routes(table, tls.isPresent()).find(name, path);
        if (service.isEmpty()) {
            return new NoRoute(routes(table, tls.isEmpty()).find(name, path).isPresent());
        }
        boolean covered = tls.isEmpty() || isCovered(table, name, service.get(), (ServiceScope) tls.get());
        return covered ? new Found(service.get()) : new Misdirected();
    }

    private static RouteTable<RoutedService> routes(PortTable table, boolean tls) {
        return tls ? table.https() : table.http();
    }

    /** Whether the certificate's owner is who is asked for, or would be given for this host again (RFC 9110 7.4). */
    private static boolean isCovered(PortTable table, HostName host, RoutedService service, ServiceScope scope) {
        return service == scope.service() || table.tls().covers(host, scope.service());
    }
}
