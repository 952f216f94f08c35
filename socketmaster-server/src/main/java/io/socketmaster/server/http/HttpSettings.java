package io.socketmaster.server.http;

import java.time.Duration;

/**
 * Limits and times of the HTTP front (contract section 10).
 *
 * @param limits what a peer may make us keep
 * @param timeouts how long a peer may take
 * @param replay what is sent again when a session fails
 */
public record HttpSettings(Limits limits, Timeouts timeouts, Replay replay) {
    /** The contract's figures. */
    public static final HttpSettings DEFAULTS = new HttpSettings(Limits.DEFAULTS, Timeouts.DEFAULTS, Replay.DEFAULTS);

    /**
     * @param maxRequestLineBytes longest request line, also longest line of a chunk size; 16 KiB, past it 414
     * @param maxHeadBytes longest head, of a request and of a response, and longest trailer section; 64 KiB, past it 431
     *     to a client and 502 for a service
     * @param maxFields header fields in a request's head, and in a trailer section; 100, past it 431
     * @param maxInformational 1xx responses that a service may send to one request; 10
     * @param minBodyBytesPerSecond the average of a request's body while we ask for it, after {@link Timeouts#bodyGrace()};
     *     256, below it 408
     * @param drainBytes how much of a body may be missing when we answer a request ourselves and keep the connection, because
     *     it is on its way already; 64 KiB
     * @param lingerBytes how much input is discarded after a last answer; 1 MiB
     */
    public record Limits(
            int maxRequestLineBytes,
            int maxHeadBytes,
            int maxFields,
            int maxInformational,
            int minBodyBytesPerSecond,
            int drainBytes,
            int lingerBytes) {
        public static final Limits DEFAULTS = new Limits(16 << 10, 64 << 10, 100, 10, 256, 64 << 10, 1 << 20);

        public Limits {
            requirePositive(maxRequestLineBytes, "maxRequestLineBytes");
            requirePositive(maxHeadBytes, "maxHeadBytes");
            requirePositive(maxFields, "maxFields");
            requirePositive(maxInformational, "maxInformational");
            requirePositive(minBodyBytesPerSecond, "minBodyBytesPerSecond");
            requirePositive(drainBytes, "drainBytes");
            requirePositive(lingerBytes, "lingerBytes");
        }

        private static void requirePositive(int value, String name) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + " is " + value + ", but must be positive");
            }
        }
    }

    /**
     * What is sent again when a session fails (contract section 5).
     *
     * @param requestBytes how much of a request's body is kept, and of what a TCP client said: 64 KiB, and the rest of the
     *     read that reaches it. Past it a client is not read until the service has taken the stream, and after that the
     *     request is not kept any more.
     * @param totalBytes how much is kept of all of them together; 64 MiB, past it a request is sent only once
     * @param unacknowledgedIdempotentOnly whether a request that was not acknowledged when its session was lost is sent again
     *     only if its method is idempotent, as for version 1 services, although a version 2 service cannot have seen it unless
     *     its last words were lost; false
     */
    public record Replay(int requestBytes, long totalBytes, boolean unacknowledgedIdempotentOnly) {
        public static final Replay DEFAULTS = new Replay(64 << 10, 64L << 20, false);

        public Replay {
            if (requestBytes <= 0) {
                throw new IllegalArgumentException("requestBytes is " + requestBytes
                        + ", but must be positive; to keep nothing set totalBytes to 0");
            }
            if (totalBytes < 0) {
                throw new IllegalArgumentException("totalBytes is " + totalBytes + ", but must not be negative");
            }
        }
    }

    /**
     * @param head a request's head, from its first byte to its last; 10 s, then 408
     * @param idle a connection between requests, without a byte; 60 s, then it is closed without a word
     * @param bodyStall a request's body without a byte, while we ask for it; 60 s, then 408
     * @param bodyGrace how long a body may come in as slowly as it likes, while we ask for it; 10 s
     * @param writeStall a client that takes nothing (more exactly: less than half of the write queue's high watermark);
     *     60 s, then a reset
     * @param linger how long input is discarded after a last answer, so that the answer survives, and how long the rest of
     *     a body may take that we answered without it; 1 s
     * @param heldHalfClose a client that ended its output while its request waits for an absent service is taken for
     *     gone after this time: a closed connection looks the same; 1 s
     */
    public record Timeouts(
            Duration head,
            Duration idle,
            Duration bodyStall,
            Duration bodyGrace,
            Duration writeStall,
            Duration linger,
            Duration heldHalfClose) {
        public static final Timeouts DEFAULTS = new Timeouts(
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));

        public Timeouts {
            requirePositive(head, "head");
            requirePositive(idle, "idle");
            requirePositive(bodyStall, "bodyStall");
            requirePositive(bodyGrace, "bodyGrace");
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
