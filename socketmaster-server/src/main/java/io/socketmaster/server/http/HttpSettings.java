package io.socketmaster.server.http;

import java.time.Duration;

/**
 * Limits and times of the HTTP front (contract section 10).
 *
 * @param limits what a peer may make us keep
 * @param timeouts how long a peer may take
 */
public record HttpSettings(Limits limits, Timeouts timeouts) {
    /** The contract's figures. */
    public static final HttpSettings DEFAULTS = new HttpSettings(Limits.DEFAULTS, Timeouts.DEFAULTS);

    /**
     * @param maxRequestLineBytes longest request line, also longest line of a chunk size; 16 KiB, past it 414
     * @param maxHeadBytes longest head, of a request and of a response, and longest trailer section; 64 KiB, past it 431
     *     to a client and 502 for a service
     * @param maxFields header fields in a request's head, and in a trailer section; 100, past it 431
     * @param maxInformational 1xx responses that a service may send to one request; 10
     * @param replayBytes how much of a request's body is kept while the service has not taken the stream; 64 KiB, past it
     *     the client is not read (contract section 5)
     * @param maxAttempts streams that are opened for one request, while each is refused unseen; 3
     * @param lingerBytes how much input is discarded after a last answer; 1 MiB
     */
    public record Limits(
            int maxRequestLineBytes,
            int maxHeadBytes,
            int maxFields,
            int maxInformational,
            int replayBytes,
            int maxAttempts,
            int lingerBytes) {
        public static final Limits DEFAULTS = new Limits(16 << 10, 64 << 10, 100, 10, 64 << 10, 3, 1 << 20);

        public Limits {
            requirePositive(maxRequestLineBytes, "maxRequestLineBytes");
            requirePositive(maxHeadBytes, "maxHeadBytes");
            requirePositive(maxFields, "maxFields");
            requirePositive(maxInformational, "maxInformational");
            requirePositive(replayBytes, "replayBytes");
            requirePositive(maxAttempts, "maxAttempts");
            requirePositive(lingerBytes, "lingerBytes");
        }

        private static void requirePositive(int value, String name) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + " is " + value + ", but must be positive");
            }
        }
    }

    /**
     * @param head a request's head, from its first byte to its last; 10 s, then 408
     * @param idle a connection between requests, without a byte; 60 s, then it is closed without a word
     * @param bodyStall a request's body without a byte, while we ask for it; 60 s, then 408
     * @param writeStall a client that takes nothing (more exactly: less than half of the write queue's high watermark);
     *     60 s, then a reset
     * @param linger how long input is discarded after a last answer, so that the answer survives; 1 s
     * @param heldHalfClose a client that ended its output while its request waits for an absent service is taken for
     *     gone after this time: a closed connection looks the same; 1 s
     */
    public record Timeouts(
            Duration head,
            Duration idle,
            Duration bodyStall,
            Duration writeStall,
            Duration linger,
            Duration heldHalfClose) {
        public static final Timeouts DEFAULTS = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));

        public Timeouts {
            requirePositive(head, "head");
            requirePositive(idle, "idle");
            requirePositive(bodyStall, "bodyStall");
            requirePositive(writeStall, "writeStall");
            requirePositive(linger, "linger");
            requirePositive(heldHalfClose, "heldHalfClose");
        }

        private static void requirePositive(Duration value, String name) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("the timeout " + name + " is " + value + ", but must be positive");
            }
        }
    }
}
