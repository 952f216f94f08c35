package io.socketmaster.server.http;

/**
 * How long a message's body is, whatever the wire.
 *
 * @param kind what is known
 * @param bytes the length, if it is {@link Kind#EXACT}; else 0
 */
record BodyLength(Kind kind, long bytes) {
    /** What is known of a length. */
    enum Kind {
        /** There is no body and no length is told. */
        NONE,
        /** The length is told ahead. */
        EXACT,
        /** The body ends where its sender says. */
        OPEN
    }

    static final BodyLength NONE = new BodyLength(Kind.NONE, 0);
    static final BodyLength OPEN = new BodyLength(Kind.OPEN, 0);

    static BodyLength exactly(long bytes) {
        return new BodyLength(Kind.EXACT, bytes);
    }

    /** Whether no byte of a body will come. */
    boolean isEmpty() {
        return kind == Kind.NONE || (kind == Kind.EXACT && bytes == 0);
    }
}
