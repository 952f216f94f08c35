package io.socketmaster.server.service;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The generations that take traffic, and which of them takes the next: the one with the fewest in flight by weight, and
 * among equals one by chance, by weight (contract section 4). A member of weight 0 gets nothing as long as another has
 * weight.
 *
 * <p>Immutable; any thread. Counts are read as they are at the moment, so that a choice can be a little out of date.
 */
final class Members<U extends Upstream> {
    private final List<Generation<U>> all;
    private final List<Generation<U>> weighted;
    private final boolean equalShares;

    Members(List<Generation<U>> all) {
        this.all = List.copyOf(all);
        List<Generation<U>> withWeight = new ArrayList<>(all);
        withWeight.removeIf(member -> member.options().weight() == 0);
        this.equalShares = withWeight.isEmpty();
        this.weighted = equalShares ? this.all : List.copyOf(withWeight);
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
        for (Generation<U> each : weighted) {
            if (Refusers.contains(refusers, each)) {
                continue;
            }
            long inFlight = each.inFlight();
            int weight = equalShares ? 1 : each.options().weight();
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
