package io.socketmaster.server.service;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A service's generations, the work that those who are gone have left behind, and who waits until none of it is in flight.
 * Registry thread; the caller flushes the outbox.
 *
 * @param <U> the kind of session
 */
final class Roster<U extends Upstream> {
    private final ServiceContext context;

    /** Those that are not gone, in order of number. */
    private final List<Generation<U>> present = new ArrayList<>();

    /** Those that are gone, and have left work behind that has not ended. Bounded by what is in flight. */
    private final List<Generation<U>> leftBehind = new ArrayList<>();

    private final IdleWatchers<U> idleWatchers = new IdleWatchers<>();

    Roster(ServiceContext context) {
        this.context = context;
    }

    void add(Generation<U> newcomer) {
        newcomer.setWatched(!idleWatchers.isEmpty());
        present.add(newcomer);
    }

    /** One is gone; the work that it leaves behind counts until it has ended. */
    void remove(Generation<U> gone) {
        present.remove(gone);
        if (gone.inFlight() > 0) {
            leftBehind.add(gone);
        }
    }

    /** True if this one had left work behind, which has ended now. */
    boolean forget(Generation<U> gone) {
        return gone.inFlight() == 0 && leftBehind.remove(gone);
    }

    /** Those that are not gone, in order of number. */
    List<Generation<U>> present() {
        context.assertInTimeline();
        return List.copyOf(present);
    }

    /** Whether nobody is here, and nothing is left behind. */
    boolean isEmpty() {
        return present.isEmpty() && leftBehind.isEmpty();
    }

    /** Whether a session is here that takes traffic, or may yet say that it is ready. */
    boolean anyLive() {
        return present.stream().anyMatch(Generation::isLive);
    }

    /** Whether every session has drained or is gone. */
    boolean allDone() {
        return present.stream().allMatch(Generation::isDone);
    }

    /** What is in flight on those who are counted, on those that are gone too. */
    int inFlight(Predicate<U> counted) {
        context.assertInTimeline();
        return Stream.concat(present.stream(), leftBehind.stream())
                .filter(generation -> counted.test(generation.upstream()))
                .mapToInt(Generation::inFlight)
                .sum();
    }

    /** See {@link Service#whenIdle(Predicate, Runnable)}. */
    Runnable whenIdle(Predicate<U> counted, Runnable onIdle) {
        context.assertInTimeline();
        Runnable forget = idleWatchers.add(counted, onIdle);
        watchGates(true); // before the look: who leaves after it tells
        settleIdle();
        return () -> {
            forget.run();
            if (idleWatchers.isEmpty()) {
                watchGates(false);
            }
        };
    }

    /** Tells those who waited until nothing is in flight, if that is so now. */
    void settleIdle() {
        if (idleWatchers.isEmpty()) {
            return;
        }
        idleWatchers.takeIdle(counted -> inFlight(counted) == 0).forEach(context.outbox()::add);
        if (idleWatchers.isEmpty()) {
            watchGates(false);
        }
    }

    private void watchGates(boolean watched) {
        present.forEach(generation -> generation.setWatched(watched));
        leftBehind.forEach(generation -> generation.setWatched(watched));
    }
}
