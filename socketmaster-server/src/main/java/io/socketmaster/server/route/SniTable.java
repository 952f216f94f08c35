package io.socketmaster.server.route;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Which target a TLS connection goes to, by the name that the client asks for (SNI): the exact name, then the longest wildcard
 * or suffix, of the same length the wildcard first, then what is registered for {@link HostPattern#ANY}, which also takes
 * the clients that name nobody. Registration order never matters.
 *
 * <p>Immutable, like {@link RouteTable}.
 *
 * @param <T> what a name leads to
 */
public final class SniTable<T> {
    private static final SniTable<?> EMPTY = new SniTable<>(HostIndex.empty(), 0);

    private final HostIndex<T> names;
    private final int size;

    private SniTable(HostIndex<T> names, int size) {
        this.names = names;
        this.size = size;
    }

    /** A table without names. */
    @SuppressWarnings("unchecked") // holds no target of any type
    public static <T> SniTable<T> empty() {
        return (SniTable<T>) EMPTY;
    }

    /** This table with a target for the pattern; replaces the one that is there. */
    public SniTable<T> with(HostPattern name, T target) {
        Objects.requireNonNull(target, "target");
        return new SniTable<>(names.change(name, old -> target), get(name).isPresent() ? size : size + 1);
    }

    /** This table without exactly this pattern; the same table if it is not there. */
    public SniTable<T> without(HostPattern name) {
        return get(name).isPresent() ? new SniTable<>(names.change(name, old -> null), size - 1) : this;
    }

    /** The target for a client that asks for {@code name}, or empty: the alert {@code unrecognized_name} is due. */
    public Optional<T> find(HostName name) {
        return Optional.ofNullable(names.<Void, T>find(name, null, (target, nothing) -> target));
    }

    /** The target of exactly this pattern. */
    public Optional<T> get(HostPattern name) {
        return Optional.ofNullable(names.get(name));
    }

    /** The number of patterns. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** All entries by precedence, the same for the same entries however they were registered. Made at each call. */
    public List<Entry<T>> entries() {
        List<Entry<T>> entries = new ArrayList<>(size);
        names.forEach((name, target) -> entries.add(new Entry<>(name, target)));
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public String toString() {
        return "SniTable" + entries();
    }

    /** One row of the table. */
    public record Entry<T>(HostPattern name, T target) {}
}
