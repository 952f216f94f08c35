package io.socketmaster.server.listener;

import io.socketmaster.server.route.HostName;
import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.SniTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Which service's certificate, or which passthrough, a TLS connection gets by its server name. Immutable.
 *
 * <p>A service that registered hosts is found by those; one that takes any host is found by the names of its certificate,
 * and, where nothing else fits or the client names no server, because it takes any. Several services may stand behind one
 * name if all are HTTPS: requests are told apart later, and the one with the shortest path lends its certificate, whatever
 * the order in which they came.
 */
final class TlsTable {
    static final TlsTable EMPTY = new TlsTable(List.of(), SniTable.empty(), SniTable.empty());

    private static final Comparator<Entry> PRECEDENCE =
            Comparator.comparing(entry -> entry.service().spec().path());

    private final List<Entry> forAnyHost;
    private final SniTable<List<Entry>> byHost;
    private final SniTable<List<Entry>> byCertificate;

    private TlsTable(List<Entry> forAnyHost, SniTable<List<Entry>> byHost, SniTable<List<Entry>> byCertificate) {
        this.forAnyHost = forAnyHost;
        this.byHost = byHost;
        this.byCertificate = byCertificate;
    }

    /**
     * @param service who gets the connection, or whose certificate it is
     * @param kind what happens to the connection
     * @param tls what ends TLS; empty for passthrough
     */
    record Entry(RoutedService service, RouteKind kind, Optional<RouteSpec.Tls> tls) {}

    boolean isEmpty() {
        return forAnyHost.isEmpty() && byHost.isEmpty();
    }

    /** Who answers for {@code serverName}; {@link HostName#NONE} for a client that named none. */
    Optional<Entry> find(HostName serverName) {
        return candidates(serverName).stream().findFirst();
    }

    /** Whether {@code service} is among those that a connection for {@code host} may be meant for. */
    boolean covers(HostName host, RoutedService service) {
        return candidates(host).stream().anyMatch(entry -> entry.service() == service);
    }

    private List<Entry> candidates(HostName name) {
        if (name.equals(HostName.NONE)) {
            return forAnyHost;
        }
        return byHost.find(name).or(() -> byCertificate.find(name)).orElse(forAnyHost);
    }

    /** Who stands behind exactly this pattern and could not be told apart from {@code spec} there. */
    Optional<RoutedService> conflict(HostPattern pattern, RouteSpec spec, RoutedService self) {
        return entries(pattern).stream()
                .filter(entry -> entry.service() != self)
                .filter(entry -> entry.kind() != RouteKind.HTTPS || spec.kind() != RouteKind.HTTPS)
                .map(Entry::service)
                .findFirst();
    }

    private List<Entry> entries(HostPattern pattern) {
        return pattern.equals(HostPattern.ANY)
                ? forAnyHost
                : byHost.get(pattern).orElse(List.of());
    }

    TlsTable with(RoutedService service, RouteSpec spec) {
        Entry entry = new Entry(service, spec.kind(), spec.tls());
        return change(spec, entries -> {
            List<Entry> changed = without(entries, service);
            changed.add(entry);
            changed.sort(PRECEDENCE);
            return changed;
        });
    }

    TlsTable without(RoutedService service, RouteSpec spec) {
        return change(spec, entries -> without(entries, service));
    }

    private static List<Entry> without(List<Entry> entries, RoutedService service) {
        List<Entry> rest = new ArrayList<>(entries);
        rest.removeIf(entry -> entry.service() == service);
        return rest;
    }

    private TlsTable change(RouteSpec spec, UnaryOperator<List<Entry>> change) {
        if (!spec.isForAnyHost()) {
            return new TlsTable(forAnyHost, change(byHost, spec.hosts(), change), byCertificate);
        }
        List<HostPattern> names =
                spec.tls().map(RouteSpec.Tls::certificateNames).orElse(List.of());
        return new TlsTable(List.copyOf(change.apply(forAnyHost)), byHost, change(byCertificate, names, change));
    }

    private static SniTable<List<Entry>> change(
            SniTable<List<Entry>> table, List<HostPattern> patterns, UnaryOperator<List<Entry>> change) {
        SniTable<List<Entry>> changed = table;
        for (HostPattern pattern : patterns) {
            List<Entry> entries = change.apply(changed.get(pattern).orElse(List.of()));
            changed = entries.isEmpty() ? changed.without(pattern) : changed.with(pattern, List.copyOf(entries));
        }
        return changed;
    }
}
