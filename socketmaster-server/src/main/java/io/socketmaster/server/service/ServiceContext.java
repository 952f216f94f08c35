package io.socketmaster.server.service;

import io.socketmaster.server.events.DaemonEvents;
import java.util.concurrent.RejectedExecutionException;

/** What the parts of one service share. */
record ServiceContext(String name, Timeline timeline, ServiceSettings settings, DaemonEvents events, Outbox outbox) {

    ServiceContext(String name, Timeline timeline, ServiceSettings settings, DaemonEvents events) {
        this(name, timeline, settings, events, new Outbox(name, events));
    }

    long now() {
        return timeline.nanoTime();
    }

    void assertInTimeline() {
        assert timeline.inTimeline() : "service " + name + " is touched outside of the registry thread";
    }

    /** A change to this service as a task of the timeline: what it brings about is made known when it is complete. */
    Runnable turn(Runnable change) {
        return () -> {
            assertInTimeline();
            change.run();
            outbox.flush();
        };
    }

    /**
     * Makes a change on the registry thread. Any thread.
     *
     * @return false if that has stopped, and with it everything that waited there
     */
    boolean later(Runnable change) {
        try {
            timeline.execute(turn(change));
            return true;
        } catch (RejectedExecutionException stopped) {
            return false;
        }
    }
}
