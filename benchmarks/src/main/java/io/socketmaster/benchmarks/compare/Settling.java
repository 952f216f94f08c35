package io.socketmaster.benchmarks.compare;

import java.util.EnumMap;
import java.util.Map;

/**
 * Tells when compilers are done, by what requests cost: that falls as long as they are not, and unlike a rate it hardly depends on
 * what else the machine does. Confined to one thread.
 */
final class Settling {
    /** Of the cost in the pass before; what falls less has settled. */
    private static final double STILL_FALLING = 0.8;

    private final Map<Workload, Double> costs = new EnumMap<>(Workload.class);
    private boolean falling;

    /** Begins a pass over all rows. */
    void beginPass() {
        falling = false;
    }

    /** @param cost processor time for each request or byte */
    void add(Workload workload, double cost) {
        Double before = costs.put(workload, cost);
        falling |= before == null || !(cost >= before * STILL_FALLING);
    }

    /** Whether no row of this pass was much cheaper than in the pass before; never after the first pass. */
    boolean isSettled() {
        return !falling;
    }
}
