package io.socketmaster.benchmarks.chaos.load;

import java.util.Locale;

/** The kinds of clients, how many of each there are, and how often each asks. */
public enum Kind {
    /** Small answers, all on one connection for as long as the load lasts. */
    GET_KEEP_ALIVE(4, 3),
    /** A connection for each request. */
    GET_NEW_CONNECTION(2, 20),
    /** Small answers that take the service a while, so that a kill finds some of them half done. */
    GET_SLOW(2, 10),
    /** Small answers inside TLS, all on one connection. */
    HTTPS_KEEP_ALIVE(2, 6),
    /** 512 KiB down. */
    GET_LARGE(1, 100),
    /** A small body, and an answer that takes a while. */
    POST(2, 12),
    /** 512 KiB up. */
    POST_LARGE(1, 100),
    /** A handshake, some messages, a Close. */
    WEBSOCKET(1, 50),
    /** A message now and then, on one connection for as long as it lasts. */
    WEBSOCKET_LONG(2, 50),
    /** Some bytes there and back, then FIN. */
    TCP(1, 30),
    /** Some bytes now and then, on one connection for as long as it lasts. */
    TCP_LONG(2, 50);

    private final int clients;
    private final int intervalMillis;

    Kind(int clients, int intervalMillis) {
        this.clients = clients;
        this.intervalMillis = intervalMillis;
    }

    /** How many clients of this kind run at once. */
    public int clients() {
        return clients;
    }

    /** From one exchange of a client to its next, if that one is over by then. */
    int intervalMillis() {
        return intervalMillis;
    }

    /** Whether all requests of one client go over one connection that nothing may end. */
    public boolean keepsItsConnection() {
        return this == GET_KEEP_ALIVE || this == HTTPS_KEEP_ALIVE || this == GET_SLOW;
    }

    /** Whether doing it twice does harm. */
    public boolean isPost() {
        return this == POST || this == POST_LARGE;
    }

    /** Whether it goes over HTTP and is counted as a request. */
    public boolean isRequest() {
        return ordinal() < WEBSOCKET.ordinal();
    }

    /** Whether its connections outlive a replaced service's drain time, and so must be ended some time. */
    public boolean isEndedByDrain() {
        return this == WEBSOCKET_LONG || this == TCP_LONG;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
