package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;

/** What the user of a stream learns of it. Called on the session's thread. */
public interface StreamEvents {
    /** Something came in for the first time on a stream that we opened: the peer's application has it. */
    void onEstablished();

    /** Data; the receiver owns {@code data} and tells {@link YamuxStream#consume} when it has left. */
    void onData(ByteBuf data);

    /** {@code bytes} given to {@link YamuxStream#send} are on their way. */
    void onSent(int bytes);

    /** The peer sends no more. */
    void onFinished();

    /**
     * The stream ended without our doing, other than by FIN.
     *
     * @param end how
     * @param established whether anything had come in on it before; always so on a stream that the peer opened
     */
    void onBroken(StreamEnd end, boolean established);
}
