package io.socketmaster.server.http;

import io.socketmaster.server.config.HttpSettings;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Watches that a request's body comes in while it is asked for: something within the stall time, and all of it at the least
 * average pace (contract section 10). Owned by the client's event loop.
 */
final class BodyWatch {
    private final HttpSettings settings;
    private final Deadline duty;
    private final Consumer<HttpFault> onTooSlow;
    private final BodyPace pace;

    /**
     * @param duty what the client owes; set and cleared by this while a body comes in
     * @param onTooSlow gets a 408, once
     */
    BodyWatch(HttpSettings settings, Deadline duty, Consumer<HttpFault> onTooSlow) {
        this.settings = settings;
        this.duty = duty;
        this.onTooSlow = onTooSlow;
        this.pace = new BodyPace(
                settings.limits().minBodyBytesPerSecond(), settings.timeouts().bodyGrace());
    }

    /** The client may send. Any number of times until {@link #came}. */
    void ask() {
        if (duty.isSet()) {
            return;
        }
        pace.ask(System.nanoTime());
        Duration stall = settings.timeouts().bodyStall();
        Duration patience = pace.patience();
        if (patience.compareTo(stall) < 0) {
            duty.set(
                    patience,
                    () -> tooSlow("the request's body came in at less than "
                            + settings.limits().minBodyBytesPerSecond() + " bytes a second"));
        } else {
            duty.set(stall, () -> tooSlow("nothing came of the request's body for " + stall.toSeconds() + " s"));
        }
    }

    /** So many bytes of the body came in. */
    void came(int bytes) {
        duty.clear();
        pace.came(bytes, System.nanoTime());
    }

    private void tooSlow(String sentence) {
        onTooSlow.accept(new HttpFault(408, sentence, "RFC 9110 section 15.5.9"));
    }
}
