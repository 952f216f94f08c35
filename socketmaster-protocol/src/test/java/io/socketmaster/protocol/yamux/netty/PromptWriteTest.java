package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.WriteBufferWaterMark;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a session writes what streams of its own loop send: each test looks within one task of that loop. */
class PromptWriteTest {
    private SessionPair pair;
    private YamuxStreamChannel stream;

    @BeforeEach
    void connect() throws Exception {
        pair = new SessionPair(/* sameLoop= */ true);
        stream = pair.open(pair.daemon, new Recorder());
        pair.take(pair.service, new Recorder()).config().setAutoRead(true);
    }

    @AfterEach
    void disconnect() throws Exception {
        pair.close();
    }

    @Test
    void bulkDataIsWrittenBeforeTheBurstEnds() throws Exception {
        assertThat(flushesWhileWriting(64 * 1024, 1)).isPositive();
    }

    @Test
    void dataThatIsLessWaitsSoThatManyMessagesShareAWrite() throws Exception {
        assertThat(flushesWhileWriting(63 * 1024, 1)).isZero();
    }

    @Test
    void messagesThatTogetherAreBulkShareAWrite() throws Exception {
        assertThat(flushesWhileWriting(1024, 64)).isEqualTo(1);
    }

    @Test
    void aWriteOfMoreThanTheSessionTakesAtOnceGoesOnWhenTheFirstPartIsWritten() throws Exception {
        // All of the first part goes out while it is being handed over, so that nothing that comes later tells of room.
        pair.daemon.connection.config().setWriteBufferWaterMark(new WriteBufferWaterMark(64 * 1024, 128 * 1024));
        int bytes = StreamOutput.ALLOWANCE + 64 * 1024;

        ChannelFuture written = stream.writeAndFlush(Unpooled.buffer(bytes).writeZero(bytes));

        assertThat(written.await(10, TimeUnit.SECONDS)).isTrue();
    }

    private int flushesWhileWriting(int bytes, int times) throws Exception {
        return pair.daemon
                .connection
                .eventLoop()
                .submit(() -> {
                    int before = pair.daemon.flushes.get();
                    for (int i = 0; i < times; i++) {
                        stream.writeAndFlush(Unpooled.buffer(bytes).writeZero(bytes));
                    }
                    return pair.daemon.flushes.get() - before;
                })
                .get(10, TimeUnit.SECONDS);
    }
}
