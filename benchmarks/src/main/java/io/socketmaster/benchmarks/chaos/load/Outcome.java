package io.socketmaster.benchmarks.chaos.load;

/** How one exchange came out, as its client sees it. */
public enum Outcome {
    /** Answered, and every byte of the answer was right. */
    RIGHT,
    /** A 502 that says why the request was not sent again. */
    BAD_GATEWAY,
    /** The answer had begun and was cut off, visibly: fewer bytes than were announced. */
    CUT,
    /** A WebSocket was closed with 1012, or a TCP connection reset: the end that the contract has for them. */
    ENDED,
    /** No answer, another status, or an end that looks like a good one and is none. */
    LOST,
    /** Bytes that are not the right ones. */
    WRONG
}
