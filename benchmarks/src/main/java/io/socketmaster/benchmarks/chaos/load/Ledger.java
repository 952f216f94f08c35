package io.socketmaster.benchmarks.chaos.load;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Which requests were sent that must not be carried out twice, and which of them were answered. Thread-safe. */
public final class Ledger {
    private final AtomicLong lastId = new AtomicLong();
    private final Set<Long> answered = ConcurrentHashMap.newKeySet();

    long nextId() {
        return lastId.incrementAndGet();
    }

    void answered(long id) {
        answered.add(id);
    }

    public long sent() {
        return lastId.get();
    }

    public long answered() {
        return answered.size();
    }

    /** How many were carried out more than once, by what the services noted. */
    public long ranTwice(Map<Long, Integer> executed) {
        return executed.values().stream().filter(times -> times > 1).count();
    }

    /** How many were answered and never carried out, by what the services noted. */
    public long neverRan(Map<Long, Integer> executed) {
        return answered.stream().filter(id -> !executed.containsKey(id)).count();
    }
}
