package io.socketmaster.server.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The generations that take traffic, and which of them takes the next: the one with the fewest in flight by weight, and
 * among equals one by chance, by weight (contract section 4). A member of weight 0 gets nothing as long as another has
 * weight.
 *
 * <p>Immutable, weights included; any thread. Counts are read as they are at the moment, so that a choice can be a little
 * out of date.
 */
final class Members<U extends Upstream> {
    private final List<Generation<U>> all;
    private final List<Generation<U>> weighted;
    /** Of each in {@link #weighted}, at least 1. */
    private final int[] weights;

    Members(List<Generation<U>> all) {
        this.all = List.copyOf(all);
        List<Generation<U>> withWeight = new ArrayList<>(all);
        withWeight.removeIf(member -> member.options().weight() == 0);
        boolean equalShares = withWeight.isEmpty();
        this.weighted = equalShares ? this.all : List.copyOf(withWeight);
        this.weights = weighted.stream()
                .mapToInt(member -> equalShares ? 1 : member.options().weight())
                .toArray();
    }

    static <U extends Upstream> Members<U> none() {
        return new Members<>(List.of());
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    List<Generation<U>> all() {
        return all;
    }

    /** The one with the highest number; not if nobody is here. */
    Generation<U> newest() {
        return all.get(all.size() - 1);
    }

    /** Who takes the next one; {@code null} if there is nobody but those who refused it before. */
    Generation<U> pick(Refusers<U> refusers) {
        if (weighted.size() == 1) {
            Generation<U> only = weighted.get(0);
            return Refusers.contains(refusers, only) ? null : only;
        }
        Generation<U> best = null;
        long bestInFlight = 0;
        int bestWeight = 1;
        int weightOfEquals = 0;
        for (int i = 0; i < weights.length; i++) {
            Generation<U> each = weighted.get(i);
            if (Refusers.contains(refusers, each)) {
                continue;
            }
            long inFlight = each.inFlight();
            int weight = weights[i];
            // inFlight / weight < bestInFlight / bestWeight, without the division
            long difference = inFlight * bestWeight - bestInFlight * weight;
            boolean better = best == null || difference < 0;
            if (better) {
                weightOfEquals = weight;
            } else if (difference == 0) {
                weightOfEquals += weight;
                better = ThreadLocalRandom.current().nextInt(weightOfEquals) < weight;
            }
            if (better) {
                best = each;
                bestInFlight = inFlight;
                bestWeight = weight;
            }
        }
        return best;
    }
}
