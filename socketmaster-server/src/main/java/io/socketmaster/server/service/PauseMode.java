package io.socketmaster.server.service;

import java.util.Locale;

/** What becomes of new requests and connections while a service is paused (contract section 7). */
public enum PauseMode {
    /** They wait, each up to its hold from its own arrival. */
    HOLD,
    /** They are refused at once: 503 with {@code Retry-After}, a reset for TCP. */
    REJECT;

    /** {@code hold} or {@code reject}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
