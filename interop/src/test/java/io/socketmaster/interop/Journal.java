package io.socketmaster.interop;

import io.socketmaster.server.events.DaemonEvents;
import java.time.Duration;

/** Events of the daemon that tests wait for, as lines. Thread-safe. */
final class Journal implements DaemonEvents {
    private final Lines lines = new Lines("daemon");

    Lines lines() {
        return lines;
    }

    @Override
    public void registered(String service, int generation, String sessionId, String policy) {
        lines.add("registered " + service + " " + sessionId);
    }

    @Override
    public void sessionClosed(String sessionId, String cause) {
        lines.add("session-end " + sessionId + " " + cause);
    }

    @Override
    public void generationDrained(String service, int generation, String sessionId) {
        lines.add("drained " + service + " " + generation);
    }

    @Override
    public void serviceAbsent(String service, Duration hold, String cause) {
        lines.add("absent " + service + " " + cause);
    }

    @Override
    public void held(String service, int heldNow) {
        lines.add("held " + service + " " + heldNow);
    }

    @Override
    public void fault(String where, Throwable fault) {
        lines.add("fault " + where + " " + fault);
    }
}
