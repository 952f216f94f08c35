package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A peer that is killed resets the connection: what it said before is delivered, although a write fails first. */
class LastWordsTest {
    private final List<String> events = new ArrayList<>();
    private final StringBuilder received = new StringBuilder();
    private boolean broken;

    @Test
    void aWriteThatFailsTakesNothingWithItThatCameInBefore() {
        YamuxSessionHandler session =
                new YamuxSessionHandler(Role.CLIENT, YamuxSettings.DAEMON, new Listener(), Optional.empty());
        EmbeddedChannel connection = new EmbeddedChannel(new BreakableOutput(), session);
        Channel stream = session.openStream(connection.eventLoop(), new Receiver());
        stream.read();
        connection.runPendingTasks();
        connection.releaseOutbound();

        broken = true;
        stream.writeAndFlush(connection.alloc().buffer().writeByte('?'));
        connection.runPendingTasks();
        assertThat(events).isEmpty();
        assertThat(connection.isOpen()).isTrue();

        ByteBuf answer = connection.alloc().buffer();
        answer.writeInt(0x00000002).writeInt(1).writeInt(2); // data, ACK
        answer.writeCharSequence("hi", StandardCharsets.US_ASCII);
        connection.writeInbound(answer);
        connection.runPendingTasks();
        assertThat(received).hasToString("hi");

        connection.advanceTimeBy(1, TimeUnit.SECONDS);
        connection.runScheduledPendingTasks();
        assertThat(events).containsExactly("closed: connection failed: Broken pipe");
        assertThat(connection.isOpen()).isFalse();
    }

    private final class BreakableOutput extends ChannelOutboundHandlerAdapter {
        @Override
        public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
            if (broken) {
                ReferenceCountUtil.release(message);
                promise.setFailure(new IOException("Broken pipe"));
            } else {
                ctx.write(message, promise);
            }
        }
    }

    private final class Receiver extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            received.append(bytes.toString(StandardCharsets.US_ASCII));
            bytes.release();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    private final class Listener implements SessionListener {
        @Override
        public void onStream(YamuxStreamChannel opened) {
            events.add("stream");
        }

        @Override
        public void onGoAway() {
            events.add("goaway");
        }

        @Override
        public void onClosed(String reason) {
            events.add("closed: " + reason);
        }
    }
}
