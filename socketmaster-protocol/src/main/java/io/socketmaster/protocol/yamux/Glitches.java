package io.socketmaster.protocol.yamux;

/**
 * Counts what a peer does without purpose: single such frames happen among honest peers, a flood is abuse and ends the
 * session. Confined to its session's thread.
 */
final class Glitches {
    /** Glitches that end the session. */
    static final int LIMIT = 1_000;

    /** Glitches forgiven by each {@link #forgive}: a hundred a second. */
    static final int FORGIVEN = 500;

    /** A frame with less than this costs more work than it carries. */
    static final int SMALL_BYTES = 16;

    /**
     * Small frames that make one glitch, so that a hundred thousand a second are borne: a chatty but honest service stays
     * below, and the work for them stays a fraction of a core.
     */
    static final int SMALL_FRAMES = 1_000;

    private int count;
    private int smallFrames;

    void count(String what) throws SessionFailure {
        if (++count > LIMIT) {
            throw SessionFailure.violation("more than " + LIMIT + " frames without a purpose, the last one " + what);
        }
    }

    /** A frame that is no fault by itself; it counts little, and only if it carries next to nothing. */
    void countIfSmall(long length) throws SessionFailure {
        if (length < SMALL_BYTES && ++smallFrames >= SMALL_FRAMES) {
            smallFrames = 0;
            count("one of " + SMALL_FRAMES + " that carried a few bytes each");
        }
    }

    /** About five seconds have passed. */
    void forgive() {
        count = Math.max(0, count - FORGIVEN);
    }
}
