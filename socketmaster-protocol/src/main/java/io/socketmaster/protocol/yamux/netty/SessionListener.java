package io.socketmaster.protocol.yamux.netty;

/** What the owner of a session wants to know of it. Called on the session's event loop. */
public interface SessionListener {
    /**
     * The peer opened a stream. The channel is not registered yet: whoever takes it registers it on an event loop of its
     * choice, which also tells the peer that it was taken (ACK). One that is not taken has to be {@linkplain
     * YamuxStreamChannel#refuse refused}, or what came in for it is kept.
     */
    void onStream(YamuxStreamChannel stream);

    /** The peer will take no more streams; those that run go on. */
    void onGoAway();

    /**
     * The session is over; every stream of it was told. Called once.
     *
     * @param reason one sentence for a log line, such as {@code end of file} or the peer's violation
     */
    void onClosed(String reason);
}
