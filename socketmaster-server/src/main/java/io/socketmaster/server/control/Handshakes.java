package io.socketmaster.server.control;

import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The handshakes that are under way, at most a named number. One more drives out the oldest, so that connections which
 * say nothing can never keep out one that speaks. Thread-safe; nothing is called under the lock.
 */
final class Handshakes {
    private final int limit;
    private final Set<HandshakeHandler> underWay = new LinkedHashSet<>();

    Handshakes(int limit) {
        this.limit = limit;
    }

    void enter(HandshakeHandler handshake) {
        HandshakeHandler oldest = null;
        synchronized (underWay) {
            if (underWay.size() >= limit) {
                oldest = underWay.iterator().next();
                underWay.remove(oldest);
            }
            underWay.add(handshake);
        }
        if (oldest != null) {
            oldest.driveOut(limit);
        }
    }

    void leave(HandshakeHandler handshake) {
        synchronized (underWay) {
            underWay.remove(handshake);
        }
    }
}
