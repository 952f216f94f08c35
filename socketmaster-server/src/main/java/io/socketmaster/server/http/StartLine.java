package io.socketmaster.server.http;

/** The first line of a head, byte by byte. No I/O, no clock; not thread-safe. */
interface StartLine {
    /** What a byte has led to. */
    enum Step {
        /** The line goes on. */
        MORE,
        /** The byte was the line's carriage return. */
        ENDED,
        /** {@link #fault()} says why. */
        REFUSED
    }

    /** Takes the next byte, from 0 to 255. */
    Step accept(int b);

    /** Why the line is refused. */
    HttpFault fault();

    /** Forgets the line: the next one is expected. */
    void reset();
}
