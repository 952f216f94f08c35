package io.socketmaster.server.service;

import io.socketmaster.server.events.DaemonEvents;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Calls to others that a change brings about. They are made when the change is complete, so that a callee that calls back
 * finds consistent state; in order; and one that throws does not keep the next from being made.
 *
 * <p>Registry thread only. Bounded by the change: at most a few calls per generation and per held applicant.
 */
final class Outbox {
    private final String service;
    private final DaemonEvents events;
    private final Queue<Runnable> calls = new ArrayDeque<>();
    private boolean flushing;

    Outbox(String service, DaemonEvents events) {
        this.service = service;
        this.events = events;
    }

    void add(Runnable call) {
        calls.add(call);
    }

    /** Makes the calls. Does nothing inside of one of them: the outer flush will come to what was added. */
    void flush() {
        if (flushing) {
            return;
        }
        flushing = true;
        try {
            for (Runnable call = calls.poll(); call != null; call = calls.poll()) {
                make(call);
            }
        } finally {
            flushing = false;
        }
    }

    private void make(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            events.fault("a callback of service " + service, e);
        }
    }
}
