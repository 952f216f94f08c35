package io.socketmaster.benchmarks.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How much of everything.
 *
 * @param blows how often each befalls the services
 * @param requests how many requests the graceful part has at the least; it is prolonged by replacements until then
 * @param drain how long a service that leaves lets upgraded and TCP connections go on
 * @param waits how many replacements and restarts the longest extra wait is taken from
 * @param seed of the order in which blows fall
 */
public record ChaosPlan(Map<Blow, Integer> blows, long requests, Duration drain, int waits, long seed) {
    public ChaosPlan {
        blows = Collections.unmodifiableMap(new EnumMap<>(blows));
    }

    /** Half a minute: some of everything. */
    public static ChaosPlan brief() {
        return new ChaosPlan(counts(4, 2, 1, 3, 1, 0), 2_000, Duration.ofSeconds(2), 1, 1);
    }

    /** Some minutes: what is promised. */
    public static ChaosPlan full() {
        return new ChaosPlan(counts(100, 10, 5, 100, 10, 3), 200_000, Duration.ofSeconds(3), 10, 1);
    }

    private static Map<Blow, Integer> counts(
            int replace, int restart, int freeze, int kill, int killSuccessor, int freezeForGood) {
        Map<Blow, Integer> counts = new EnumMap<>(Blow.class);
        counts.put(Blow.REPLACE, replace);
        counts.put(Blow.RESTART, restart);
        counts.put(Blow.FREEZE, freeze);
        counts.put(Blow.KILL, kill);
        counts.put(Blow.KILL_SUCCESSOR, killSuccessor);
        counts.put(Blow.FREEZE_FOR_GOOD, freezeForGood);
        return counts;
    }

    /** The blows of one part of the run, in an order by chance that is the same each time. */
    List<Blow> shuffled(boolean graceful) {
        List<Blow> all = new ArrayList<>();
        blows.forEach((blow, times) -> {
            if (blow.isGraceful() == graceful) {
                all.addAll(Collections.nCopies(times, blow));
            }
        });
        Collections.shuffle(all, new Random(seed));
        return all;
    }
}
