package io.socketmaster.protocol.yamux;

/** What the user of a session learns of it. Called on the session's thread. */
public interface SessionEvents {
    /**
     * The peer opened a stream; it waits for {@link YamuxStream#accept} or {@link YamuxStream#reset}.
     *
     * @return who learns of it from now on; data may come before it is accepted
     */
    StreamEvents onStream(YamuxStream stream);

    /** The peer answered a ping. */
    void onPong(int value);

    /** The peer takes no more streams; those that run go on. */
    void onGoAway();

    /**
     * The session is lost, its streams were told. What is still to be written (a GoAway) may be written before the
     * connection is closed.
     *
     * @param reason one sentence
     */
    void onFailed(String reason);
}
