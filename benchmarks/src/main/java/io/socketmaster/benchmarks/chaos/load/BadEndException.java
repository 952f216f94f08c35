package io.socketmaster.benchmarks.chaos.load;

import java.io.IOException;

/** An exchange that did not come out {@link Outcome#RIGHT}, and how it did. */
final class BadEndException extends IOException {
    private static final long serialVersionUID = 1;

    private final Outcome outcome;

    BadEndException(Outcome outcome, String message) {
        super(message);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
