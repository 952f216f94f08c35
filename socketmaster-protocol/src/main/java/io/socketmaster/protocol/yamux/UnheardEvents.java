package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;

/** Stands where a stream's events go while the application is being told of the stream. */
enum UnheardEvents implements StreamEvents {
    INSTANCE;

    @Override
    public void onEstablished() {}

    @Override
    public void onData(ByteBuf data) {
        data.release();
    }

    @Override
    public void onSent(int bytes) {}

    @Override
    public void onFinished() {}

    @Override
    public void onBroken(StreamEnd end, boolean established) {}
}
