package io.socketmaster.server.http;

import io.socketmaster.server.relay.StreamUpstream;

/** Who has the streams to HTTP/1.1 services between two requests. On their event loop. */
interface StreamKeeper {
    /** Whether a stream is kept that has carried so many requests. */
    boolean keepsAfter(int requests);

    /** Whether the next request of a stream may be another client's. */
    boolean isShared();

    /** A stream to {@code upstream} that has no request; {@code null} if there is none. It is kept no more. */
    Http1ServiceStream take(StreamUpstream upstream);

    /** Takes a stream whose request is over. */
    void keep(Http1ServiceStream stream);

    /** The stream has ended. */
    void forget(Http1ServiceStream stream);
}
