package io.socketmaster.server.route;

import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BiConsumer;

/**
 * An immutable map from short texts (host labels, path segments) to values: a hash trie with 32 branches at a node. A change
 * copies the few nodes on its way and shares the rest, so that a table of 10,000 routes is changed as cheaply as one of ten. A
 * look-up takes a part of a longer text and allocates nothing.
 *
 * <p>The hash is seeded per process: a service cannot choose names that all fall into one place.
 */
final class SegmentMap<V> {
    private static final int BITS = 5;
    private static final int MASK = (1 << BITS) - 1;
    private static final int SEED = ThreadLocalRandom.current().nextInt();
    private static final SegmentMap<?> EMPTY = new SegmentMap<>(null);

    /** A {@link Leaf}, a {@link Branch}, or null if the map is empty. */
    private final Object root;

    /** An entry, and others with exactly the same hash. */
    private record Leaf(int hash, String key, Object value, Leaf next) {}

    /** Children by the next five bits of the hash; only those that are there. */
    private record Branch(int present, Object[] children) {
        int index(int bit) {
            return Integer.bitCount(present & (bit - 1));
        }
    }

    private SegmentMap(Object root) {
        this.root = root;
    }

    @SuppressWarnings("unchecked") // holds no value of any type
    static <V> SegmentMap<V> empty() {
        return (SegmentMap<V>) EMPTY;
    }

    boolean isEmpty() {
        return root == null;
    }

    /** The value of the key {@code text[from, end)}, or null. */
    @SuppressWarnings("unchecked") // only set() puts values in
    V get(String text, int from, int end) {
        int hash = hash(text, from, end);
        Object node = root;
        for (int shift = 0; node instanceof Branch branch; shift += BITS) {
            int bit = bit(hash, shift);
            node = (branch.present & bit) == 0 ? null : branch.children[branch.index(bit)];
        }
        for (Leaf leaf = (Leaf) node; leaf != null; leaf = leaf.next) {
            if (leaf.hash == hash && leaf.key.length() == end - from && text.startsWith(leaf.key, from)) {
                return (V) leaf.value;
            }
        }
        return null;
    }

    /** The same map with this value for the key; without the key if the value is null. */
    SegmentMap<V> set(String key, V value) {
        Object changed = set(root, 0, new Leaf(hash(key, 0, key.length()), key, value, null));
        return changed == null ? empty() : new SegmentMap<>(changed);
    }

    private static Object set(Object node, int shift, Leaf entry) {
        if (node instanceof Branch branch) {
            return setInBranch(branch, shift, entry);
        }
        Leaf leaf = (Leaf) node;
        if (leaf == null || leaf.hash == entry.hash) {
            Leaf others = remove(leaf, entry.key);
            return entry.value == null ? others : new Leaf(entry.hash, entry.key, entry.value, others);
        }
        return entry.value == null ? leaf : setInBranch(branchOf(leaf, shift), shift, entry);
    }

    private static Branch branchOf(Leaf leaf, int shift) {
        return new Branch(bit(leaf.hash, shift), new Object[] {leaf});
    }

    private static Object setInBranch(Branch branch, int shift, Leaf entry) {
        int bit = bit(entry.hash, shift);
        int at = branch.index(bit);
        boolean present = (branch.present & bit) != 0;
        Object changed = set(present ? branch.children[at] : null, shift + BITS, entry);
        int count = branch.children.length;
        if (present && changed != null) {
            Object[] children = branch.children.clone();
            children[at] = changed;
            return new Branch(branch.present, children);
        }
        if (present == (changed != null)) {
            return branch; // nothing was there to remove
        }
        Object[] children = new Object[present ? count - 1 : count + 1];
        System.arraycopy(branch.children, 0, children, 0, at);
        if (present) {
            System.arraycopy(branch.children, at + 1, children, at, count - 1 - at);
            boolean collapse = children.length == 0 || (children.length == 1 && children[0] instanceof Leaf);
            return !collapse ? new Branch(branch.present ^ bit, children) : children.length == 0 ? null : children[0];
        }
        children[at] = changed;
        System.arraycopy(branch.children, at, children, at + 1, count - at);
        return new Branch(branch.present | bit, children);
    }

    private static Leaf remove(Leaf leaf, String key) {
        if (leaf == null || leaf.key.equals(key)) {
            return leaf == null ? null : leaf.next;
        }
        return new Leaf(leaf.hash, leaf.key, leaf.value, remove(leaf.next, key));
    }

    /** Calls {@code action} for each entry, in no order that means anything. */
    void forEach(BiConsumer<String, V> action) {
        forEach(root, action);
    }

    @SuppressWarnings("unchecked") // only set() puts values in
    private static <V> void forEach(Object node, BiConsumer<String, V> action) {
        if (node instanceof Branch branch) {
            for (Object child : branch.children) {
                forEach(child, action);
            }
            return;
        }
        for (Leaf leaf = (Leaf) node; leaf != null; leaf = leaf.next) {
            action.accept(leaf.key, (V) leaf.value);
        }
    }

    private static int bit(int hash, int shift) {
        return 1 << ((hash >>> shift) & MASK);
    }

    /** FNV-1a with a secret start, and its bits mixed once more. */
    private static int hash(String text, int from, int end) {
        int hash = SEED;
        for (int i = from; i < end; i++) {
            hash = (hash ^ text.charAt(i)) * 0x0100_0193;
        }
        hash ^= hash >>> 15;
        hash *= 0x2c1b_3c6d;
        return hash ^ (hash >>> 13);
    }
}
