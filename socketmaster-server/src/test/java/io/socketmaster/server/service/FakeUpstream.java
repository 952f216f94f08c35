package io.socketmaster.server.service;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session that writes down what it is told. Like a real one, it reports its own end when it is closed. */
final class FakeUpstream implements Upstream {
    private final String id;
    private final List<String> told = new CopyOnWriteArrayList<>();
    private Generation<FakeUpstream> generation;
    private boolean tellsRequestsApart;

    FakeUpstream(String id) {
        this.id = id;
    }

    void runs(Generation<FakeUpstream> registered) {
        generation = registered;
    }

    /** It can end its requests and keep its long-lived streams. */
    FakeUpstream tellingRequestsApart() {
        tellsRequestsApart = true;
        return this;
    }

    /** What it was told, in order. */
    List<String> told() {
        return told;
    }

    @Override
    public String sessionId() {
        return id;
    }

    @Override
    public void onPaused() {
        told.add("paused");
    }

    @Override
    public void onResumed() {
        told.add("resumed");
    }

    @Override
    public void onReplaced(Duration drain) {
        told.add("replaced " + drain);
    }

    @Override
    public void onTakenBack() {
        told.add("taken back");
    }

    @Override
    public void onDrainRequested(Duration drain) {
        told.add("drain requested " + drain);
    }

    @Override
    public void onDrained() {
        told.add("drained");
    }

    @Override
    public void onRequestsOverdue(String reason) {
        if (tellsRequestsApart) {
            told.add("requests overdue: " + reason);
        } else {
            Upstream.super.onRequestsOverdue(reason);
        }
    }

    @Override
    public void close(String reason) {
        told.add("close: " + reason);
        if (generation != null) {
            generation.gone("closed by us");
        }
    }
}
