package io.socketmaster.server.service;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who waits until nothing is in flight. Registry thread. Bounded by whoever asks: the control API has a limit of requests
 * that wait.
 *
 * @param <U> the kind of session
 */
final class IdleWatchers<U extends Upstream> {
    /** One per request: each has an identity of its own, whatever it runs. */
    private static final class Watcher<U> {
        private final Predicate<U> counted;
        private final Runnable onIdle;

        Watcher(Predicate<U> counted, Runnable onIdle) {
            this.counted = counted;
            this.onIdle = onIdle;
        }
    }

    private final Set<Watcher<U>> waiting = new LinkedHashSet<>();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /**
     * @param counted whose work counts
     * @return forgets the watcher; any number of times
     */
    Runnable add(Predicate<U> counted, Runnable onIdle) {
        Watcher<U> watcher = new Watcher<>(counted, onIdle);
        waiting.add(watcher);
        return () -> waiting.remove(watcher);
    }

    /**
     * Takes those out who need not wait any longer, to be run in the order in which they came.
     *
     * @param isIdle whether nothing is in flight on those who are counted
     */
    List<Runnable> takeIdle(Predicate<Predicate<U>> isIdle) {
        List<Runnable> idle = new ArrayList<>();
        waiting.removeIf(watcher -> {
            boolean done = isIdle.test(watcher.counted);
            if (done) {
                idle.add(watcher.onIdle);
            }
            return done;
        });
        return idle;
    }
}
