package io.socketmaster.server.http;

/** A client's connection, as its front keeps it in its books. */
interface FrontConnection {
    /** The front is finishing: ends the connection behind what is going on. Any thread. */
    void finishLater();
}
