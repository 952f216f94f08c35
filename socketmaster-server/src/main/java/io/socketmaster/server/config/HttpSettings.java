package io.socketmaster.server.config;

import java.time.Duration;

/**
 * Limits and times of the HTTP front (contract section 10).
 *
 * @param limits what a peer may make us keep
 * @param timeouts how long a peer may take
 * @param replay what is sent again when a session fails
 * @param reuse how long a service's stream is kept for the next request
 * @param http2 what is particular to HTTP/2
 */
public record HttpSettings(Limits limits, Timeouts timeouts, Replay replay, Reuse reuse, Http2 http2) {
    /** The contract's figures. */
    public static final HttpSettings DEFAULTS =
            new HttpSettings(Limits.DEFAULTS, Timeouts.DEFAULTS, Replay.DEFAULTS, Reuse.DEFAULTS, Http2.DEFAULTS);

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
            Require.positive(maxRequestLineBytes, "maxRequestLineBytes");
            Require.positive(maxHeadBytes, "maxHeadBytes");
            Require.positive(maxFields, "maxFields");
            Require.positive(maxInformational, "maxInformational");
            Require.positive(minBodyBytesPerSecond, "minBodyBytesPerSecond");
            Require.positive(drainBytes, "drainBytes");
            Require.positive(lingerBytes, "lingerBytes");
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
            Require.positive(head, "head");
            Require.positive(idle, "idle");
            Require.positive(bodyStall, "bodyStall");
            Require.positive(bodyGrace, "bodyGrace");
            Require.positive(writeStall, "writeStall");
            Require.positive(linger, "linger");
            Require.positive(heldHalfClose, "heldHalfClose");
        }
    }

    /**
     * A stream to an HTTP/1.1 service carries several requests, if they may be sent twice and have no body, and if the service
     * answers with {@code Connection: keep-alive}: of one client connection, or of any if the service asked for no stream header.
     * A service that has a thread for each stream gets it back soon.
     *
     * @param requests that one stream carries; 100. With 1 each request has a stream of its own
     * @param idle how long a stream is kept between two requests; 20 ms
     * @param shared streams of a service that each event loop keeps for requests of any client; 1,000
     */
    public record Reuse(int requests, Duration idle, int shared) {
        public static final Reuse DEFAULTS = new Reuse(100, Duration.ofMillis(20), 1_000);

        public Reuse {
            Require.positive(requests, "requests");
            Require.positive(idle, "idle");
            Require.positive(shared, "shared");
        }
    }

    /**
     * HTTP/2's own limits and times (RFC 9113). What breaks one of the flood limits ends the connection with {@code
     * ENHANCE_YOUR_CALM}.
     *
     * @param maxStreams requests that a connection may have under way; 100, past it a request is refused unseen
     * @param streamWindowBytes how much of a request's body may come ahead of its service; 64 KiB - 1
     * @param connectionWindowBytes the same for all requests of a connection together; 1 MiB
     * @param idleFrames frames that move nothing (PING, SETTINGS, PRIORITY, empty DATA, CONTINUATION, unknown ones, and
     *     WINDOW_UPDATE beyond what our own data explains) that a connection may send at once; 1,000
     * @param idleFramesPerSecond how fast that allowance grows back; 100
     * @param maxResets requests that a client may take back within {@code resetWindow}; 200. As many may it provoke us to
     *     reset by breaking rules
     * @param resetWindow 30 s, in whole seconds
     * @param maxQueuedReplies acknowledgements and resets that may wait for a client to take them; 1,000
     * @param goodbye how long a client may still begin requests after it was told that the connection is about to end, unless
     *     it answers before; 1 s
     */
    public record Http2(
            int maxStreams,
            int streamWindowBytes,
            int connectionWindowBytes,
            int idleFrames,
            int idleFramesPerSecond,
            int maxResets,
            Duration resetWindow,
            int maxQueuedReplies,
            Duration goodbye) {
        /** A window can be enlarged by a frame, and begins with this size (RFC 9113 section 6.9.2). */
        public static final int SMALLEST_CONNECTION_WINDOW = 65_535;

        public static final Http2 DEFAULTS = new Http2(
                100,
                SMALLEST_CONNECTION_WINDOW,
                1 << 20,
                1_000,
                100,
                200,
                Duration.ofSeconds(30),
                1_000,
                Duration.ofSeconds(1));

        public Http2 {
            Require.positive(maxStreams, "maxStreams");
            Require.positive(streamWindowBytes, "streamWindowBytes");
            Require.positive(idleFrames, "idleFrames");
            Require.positive(idleFramesPerSecond, "idleFramesPerSecond");
            Require.positive(maxResets, "maxResets");
            Require.positive(maxQueuedReplies, "maxQueuedReplies");
            Require.positive(goodbye, "goodbye");
            if (connectionWindowBytes < SMALLEST_CONNECTION_WINDOW) {
                throw new IllegalArgumentException("connectionWindowBytes is " + connectionWindowBytes
                        + ", but HTTP/2 has no way to make it smaller than " + SMALLEST_CONNECTION_WINDOW);
            }
            if (resetWindow.toSeconds() < 1 || resetWindow.toSeconds() > Integer.MAX_VALUE) {
                throw new IllegalArgumentException("resetWindow is " + resetWindow + ", but must be at least 1 s");
            }
        }
    }

    /** A class of its own: records are made while the outer class is being initialised. */
    private static final class Require {
        private Require() {}

        static void positive(int value, String name) {
            if (value <= 0) {
                throw new IllegalArgumentException(name + " is " + value + ", but must be positive");
            }
        }

        static void positive(Duration value, String name) {
            if (value.isNegative() || value.isZero()) {
                throw new IllegalArgumentException("the timeout " + name + " is " + value + ", but must be positive");
            }
        }
    }
}
