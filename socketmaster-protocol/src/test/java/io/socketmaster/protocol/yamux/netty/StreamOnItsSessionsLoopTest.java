package io.socketmaster.protocol.yamux.netty;

class StreamOnItsSessionsLoopTest extends StreamChannelContract {
    StreamOnItsSessionsLoopTest() {
        super(/* sameLoop= */ true);
    }
}
