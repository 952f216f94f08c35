package io.socketmaster.server.route;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which target a request goes to, by host and path. Of the routes that match both, the more precise host wins, then the longer
 * path prefix (contract section 2); in which order they were registered never matters.
 *
 * <p>Immutable: {@link #with} and {@link #without} return another table that shares nearly everything with this one. A
 * look-up costs by the length of host and path, not by the number of routes.
 *
 * @param <T> what a route leads to
 */
public final class RouteTable<T> {
    private static final RouteTable<?> EMPTY = new RouteTable<>(HostIndex.empty(), 0);

    private final HostIndex<PathTrie<T>> hosts;
    private final int size;

    private RouteTable(HostIndex<PathTrie<T>> hosts, int size) {
        this.hosts = hosts;
        this.size = size;
    }

    /** A table without routes. */
    @SuppressWarnings("unchecked") // holds no target of any type
    public static <T> RouteTable<T> empty() {
        return (RouteTable<T>) EMPTY;
    }

    /** This table with a route; replaces the target of the same host pattern and prefix. */
    public RouteTable<T> with(HostPattern host, PathPrefix path, T target) {
        Objects.requireNonNull(target, "target");
        return set(host, path, target, get(host, path).isPresent() ? size : size + 1);
    }

    /** This table without the route of exactly this host pattern and prefix; the same table if there is none. */
    public RouteTable<T> without(HostPattern host, PathPrefix path) {
        return get(host, path).isPresent() ? set(host, path, null, size - 1) : this;
    }

    private RouteTable<T> set(HostPattern host, PathPrefix path, T target, int newSize) {
        HostIndex<PathTrie<T>> changed = hosts.change(host, paths -> {
            PathTrie<T> trie = (paths == null ? PathTrie.<T>empty() : paths).set(path, target);
            return trie.isEmpty() ? null : trie;
        });
        return new RouteTable<>(changed, newSize);
    }

    /** The target for a request, or empty if no route fits. */
    public Optional<T> find(HostName host, RequestPath path) {
        return Optional.ofNullable(hosts.<RequestPath, T>find(host, path, PathTrie::find));
    }

    /** The target of exactly this host pattern and prefix. */
    public Optional<T> get(HostPattern host, PathPrefix path) {
        PathTrie<T> paths = hosts.get(host);
        return Optional.ofNullable(paths == null ? null : paths.get(path));
    }

    /** The number of routes. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** All routes by precedence, the same for the same routes however they were registered. Made at each call. */
    public List<Route<T>> routes() {
        List<Route<T>> routes = new ArrayList<>(size);
        hosts.forEach((host, paths) ->
                paths.forEach((path, target) -> routes.add(new Route<>(host, PathPrefix.ofNormal(path), target))));
        routes.sort((a, b) -> {
            int byHost = a.host.compareTo(b.host);
            return byHost != 0 ? byHost : a.path.compareTo(b.path);
        });
        return routes;
    }

    @Override
    public String toString() {
        return "RouteTable" + routes();
    }

    /** One row of the table. */
    public record Route<T>(HostPattern host, PathPrefix path, T target) {}
}
