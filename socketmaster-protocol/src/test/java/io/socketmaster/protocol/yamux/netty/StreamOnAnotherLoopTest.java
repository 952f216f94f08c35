package io.socketmaster.protocol.yamux.netty;

class StreamOnAnotherLoopTest extends StreamChannelContract {
    StreamOnAnotherLoopTest() {
        super(/* sameLoop= */ false);
    }
}
