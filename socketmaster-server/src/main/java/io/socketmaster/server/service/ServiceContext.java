package io.socketmaster.server.service;

import io.socketmaster.server.events.DaemonEvents;

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
}
