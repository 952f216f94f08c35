package io.socketmaster.server.route;

import java.util.function.BiConsumer;

/**
 * The path prefixes of one host pattern, as an immutable tree of path segments. An object is a node together with what lies
 * below it; the node of {@code /a} holds both {@code /a} and {@code /a/}. As deep as the longest prefix has segments.
 */
final class PathTrie<T> {
    private static final PathTrie<?> EMPTY = new PathTrie<>(null, null, SegmentMap.empty());

    /** For the prefix that ends here without a slash; at the root, for every path. */
    private final T here;
    /** For the prefix that ends here with a slash. */
    private final T below;

    private final SegmentMap<PathTrie<T>> children;

    private PathTrie(T here, T below, SegmentMap<PathTrie<T>> children) {
        this.here = here;
        this.below = below;
        this.children = children;
    }

    @SuppressWarnings("unchecked") // holds no value of any type
    static <T> PathTrie<T> empty() {
        return (PathTrie<T>) EMPTY;
    }

    boolean isEmpty() {
        return here == null && below == null && children.isEmpty();
    }

    /** The same tree with this target for the prefix; without the prefix if the target is null. */
    PathTrie<T> set(PathPrefix prefix, T target) {
        return prefix.equals(PathPrefix.ROOT) ? new PathTrie<>(target, below, children) : set(prefix.text(), 1, target);
    }

    private PathTrie<T> set(String prefix, int from, T target) {
        int slash = prefix.indexOf('/', from);
        int end = slash < 0 ? prefix.length() : slash;
        PathTrie<T> child = child(prefix, from, end);
        PathTrie<T> changed;
        if (slash < 0) {
            changed = new PathTrie<>(target, child.below, child.children);
        } else if (slash == prefix.length() - 1) {
            changed = new PathTrie<>(child.here, target, child.children);
        } else {
            changed = child.set(prefix, slash + 1, target);
        }
        return new PathTrie<>(
                here, below, children.set(prefix.substring(from, end), changed.isEmpty() ? null : changed));
    }

    private PathTrie<T> child(String text, int from, int end) {
        PathTrie<T> child = children.get(text, from, end);
        return child == null ? empty() : child;
    }

    /** The target of exactly this prefix, or null. */
    T get(PathPrefix prefix) {
        PathTrie<T> node = this;
        String text = prefix.text();
        for (int from = 1; from < text.length(); ) {
            int slash = text.indexOf('/', from);
            int end = slash < 0 ? text.length() : slash;
            node = node.child(text, from, end);
            if (slash == text.length() - 1) {
                return node.below;
            }
            from = end + 1;
        }
        return node.here;
    }

    /** The target of the longest prefix that {@code path} lies under, or null. */
    T find(RequestPath path) {
        String text = path.text();
        PathTrie<T> node = this;
        T best = here;
        for (int from = 1; from < text.length(); ) {
            int slash = text.indexOf('/', from);
            int end = slash < 0 ? text.length() : slash;
            node = node.children.get(text, from, end);
            if (node == null) {
                break;
            }
            best = node.here == null ? best : node.here;
            best = slash < 0 || node.below == null ? best : node.below;
            from = end + 1;
        }
        return best;
    }

    /** Calls {@code action} with the text of each prefix and its target, in no order that means anything. */
    void forEach(BiConsumer<String, T> action) {
        accept("/", here, action);
        children.forEach((segment, child) -> child.forEach("/" + segment, action));
    }

    private void forEach(String path, BiConsumer<String, T> action) {
        accept(path, here, action);
        accept(path + "/", below, action);
        children.forEach((segment, child) -> child.forEach(path + "/" + segment, action));
    }

    private static <T> void accept(String path, T target, BiConsumer<String, T> action) {
        if (target != null) {
            action.accept(path, target);
        }
    }
}
