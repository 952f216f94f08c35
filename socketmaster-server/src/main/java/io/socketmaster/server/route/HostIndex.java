package io.socketmaster.server.route;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/**
 * Values by host pattern, as an immutable tree of labels read from the right, so that a look-up visits the patterns that can
 * match a host and no others. Shared by {@link RouteTable} and {@link SniTable}.
 */
final class HostIndex<V> {
    private static final HostIndex<?> EMPTY = new HostIndex<>(Node.empty(), null);

    private final Node<V> root;
    private final V any;

    private HostIndex(Node<V> root, V any) {
        this.root = root;
        this.any = any;
    }

    @SuppressWarnings("unchecked") // holds no value of any type
    static <V> HostIndex<V> empty() {
        return (HostIndex<V>) EMPTY;
    }

    /**
     * The same index with the pattern's value changed.
     *
     * @param change from the old value, or null, to the new one, or null for none
     */
    HostIndex<V> change(HostPattern pattern, UnaryOperator<V> change) {
        if (pattern.kind() == HostPattern.Kind.ANY) {
            return new HostIndex<>(root, change.apply(any));
        }
        String host = pattern.host().text();
        return new HostIndex<>(root.change(pattern.kind(), host, host.length(), change), any);
    }

    /** The value of exactly this pattern, or null. */
    V get(HostPattern pattern) {
        return pattern.kind() == HostPattern.Kind.ANY ? any : root.get(pattern);
    }

    /**
     * Asks the values of the patterns that match {@code host}, by precedence, and returns the first answer that is not null,
     * or null.
     *
     * @param question handed on to {@code ask}, which therefore need not capture it
     */
    <Q, A> A find(HostName host, Q question, BiFunction<V, Q, A> ask) {
        String text = host.text();
        A answer = text.isEmpty() ? null : root.find(text, text.length(), question, ask);
        return answer != null || any == null ? answer : ask.apply(any, question);
    }

    /** Calls {@code action} for each pattern, in no order that means anything. */
    void forEach(BiConsumer<HostPattern, V> action) {
        if (any != null) {
            action.accept(HostPattern.ANY, any);
        }
        root.forEach("", action);
    }

    /** One host, and what lies below it. */
    private record Node<V>(V exact, V wildcard, V suffix, SegmentMap<Node<V>> children) {
        private static final Node<?> EMPTY = new Node<>(null, null, null, SegmentMap.empty());

        @SuppressWarnings("unchecked") // holds no value of any type
        static <V> Node<V> empty() {
            return (Node<V>) EMPTY;
        }

        boolean isEmpty() {
            return exact == null && wildcard == null && suffix == null && children.isEmpty();
        }

        /** @param end where the labels that lead to this node begin in {@code host}, less their dot */
        Node<V> change(HostPattern.Kind kind, String host, int end, UnaryOperator<V> change) {
            int start = host.lastIndexOf('.', end - 1) + 1;
            Node<V> found = children.get(host, start, end);
            Node<V> child = found == null ? empty() : found;
            Node<V> changed = start == 0 ? child.change(kind, change) : child.change(kind, host, start - 1, change);
            return new Node<>(
                    exact,
                    wildcard,
                    suffix,
                    children.set(host.substring(start, end), changed.isEmpty() ? null : changed));
        }

        private Node<V> change(HostPattern.Kind kind, UnaryOperator<V> change) {
            return switch (kind) {
                case EXACT -> new Node<>(change.apply(exact), wildcard, suffix, children);
                case WILDCARD -> new Node<>(exact, change.apply(wildcard), suffix, children);
                case SUFFIX -> new Node<>(exact, wildcard, change.apply(suffix), children);
                case ANY -> throw new IllegalStateException("any host has no node");
            };
        }

        V get(HostPattern pattern) {
            String host = pattern.host().text();
            Node<V> node = this;
            for (int end = host.length(); end > 0 && node != null; ) {
                int start = host.lastIndexOf('.', end - 1) + 1;
                node = node.children.get(host, start, end);
                end = start - 1;
            }
            if (node == null) {
                return null;
            }
            return switch (pattern.kind()) {
                case EXACT -> node.exact;
                case WILDCARD -> node.wildcard;
                case SUFFIX -> node.suffix;
                case ANY -> null;
            };
        }

        /** As deep as there are registered labels; {@code end} as in {@link #change}. */
        <Q, A> A find(String host, int end, Q question, BiFunction<V, Q, A> ask) {
            int start = host.lastIndexOf('.', end - 1) + 1;
            Node<V> child = children.get(host, start, end);
            if (child == null) {
                return null;
            }
            A answer = start == 0 ? null : child.find(host, start - 1, question, ask);
            V own = start == 0 ? child.exact : child.wildcard;
            if (answer == null && own != null) {
                answer = ask.apply(own, question);
            }
            return answer != null || child.suffix == null ? answer : ask.apply(child.suffix, question);
        }

        void forEach(String host, BiConsumer<HostPattern, V> action) {
            accept(HostPattern.Kind.EXACT, host, exact, action);
            accept(HostPattern.Kind.WILDCARD, host, wildcard, action);
            accept(HostPattern.Kind.SUFFIX, host, suffix, action);
            children.forEach((label, child) -> child.forEach(host.isEmpty() ? label : label + "." + host, action));
        }

        private static <V> void accept(HostPattern.Kind kind, String host, V value, BiConsumer<HostPattern, V> action) {
            if (value != null) {
                action.accept(new HostPattern(kind, HostName.ofNormal(host)), value);
            }
        }
    }
}
