package io.socketmaster.server.service;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Who waits until nothing is in flight. Registry thread. Bounded by whoever asks: the control API has a limit of requests
 * that wait.
 */
final class IdleWatchers {
    /** One per request: each has an identity of its own, whatever it runs. */
    private static final class Watcher {
        private final Runnable onIdle;

        Watcher(Runnable onIdle) {
            this.onIdle = onIdle;
        }
    }

    private final Set<Watcher> waiting = new LinkedHashSet<>();

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** @return forgets the watcher; any number of times */
    Runnable add(Runnable onIdle) {
        Watcher watcher = new Watcher(onIdle);
        waiting.add(watcher);
        return () -> waiting.remove(watcher);
    }

    /** Takes all of them out, to be run in the order in which they came. */
    List<Runnable> takeAll() {
        List<Runnable> all = waiting.stream().map(watcher -> watcher.onIdle).toList();
        waiting.clear();
        return all;
    }
}
