package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What precedes the client's bytes. The preface here: a length byte, then so many bytes, then the rest is the client's. */
class StreamPrefaceTest {
    private static final StreamPreface PREFACE = in -> {
        if (!in.isReadable()) {
            return Optional.empty();
        }
        int length = in.getUnsignedByte(in.readerIndex());
        if (length == 0) {
            throw new IllegalArgumentException("no preface");
        }
        if (length == 255 || in.readableBytes() < 1 + length) {
            return Optional.empty();
        }
        in.skipBytes(1);
        int port = 0;
        for (int i = 0; i < length; i++) {
            port += in.readUnsignedByte();
        }
        return Optional.of(new StreamPreface.Addresses(
                InetSocketAddress.createUnresolved("client.example", port),
                InetSocketAddress.createUnresolved("public.example", 443)));
    };

    private final Recorder daemonSees = new Recorder();
    private SessionPair pair;

    @BeforeEach
    void connect() throws Exception {
        pair = new SessionPair(true, YamuxSettings.DAEMON, YamuxSettings.SERVICE, Optional.of(PREFACE));
    }

    @AfterEach
    void disconnect() throws Exception {
        pair.close();
    }

    private static ByteBuf stream() {
        return Unpooled.wrappedBuffer(new byte[] {4, 1, 2, 3, 4, 'h', 'e', 'l', 'l', 'o'});
    }

    private void opensAndDelivers(YamuxStreamChannel daemonEnd, Recorder serviceSees) throws Exception {
        YamuxStreamChannel serviceEnd = pair.take(pair.service, serviceSees);
        assertThat(serviceEnd.remoteAddress()).isEqualTo(InetSocketAddress.createUnresolved("client.example", 10));
        assertThat(serviceEnd.localAddress()).isEqualTo(InetSocketAddress.createUnresolved("public.example", 443));
        serviceEnd.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        serviceEnd.config().setAutoRead(true);
        daemonEnd.shutdownOutput().sync();
        await().untilAsserted(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 5"));
    }

    @Test
    void isReadWhereverItWasCut() throws Exception {
        int length = stream().readableBytes();
        for (int cut = 1; cut < length; cut++) {
            YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
            ByteBuf all = stream();
            daemonEnd.writeAndFlush(all.readRetainedSlice(cut)).sync();
            // On the wire before the rest is written, so that the frames stay apart.
            pair.daemon.connection.eventLoop().submit(() -> {}).sync();
            daemonEnd.writeAndFlush(all).sync();

            opensAndDelivers(daemonEnd, new Recorder());
        }
    }

    @Test
    void isReadFromSingleBytes() throws Exception {
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, new Recorder());
        ByteBuf all = stream();
        while (all.isReadable()) {
            daemonEnd
                    .writeAndFlush(Unpooled.wrappedBuffer(new byte[] {all.readByte()}))
                    .sync();
            pair.daemon.connection.eventLoop().submit(() -> {}).sync();
        }
        all.release();

        opensAndDelivers(daemonEnd, new Recorder());
    }

    @Test
    void malformedOneResetsTheStreamBeforeAnybodySeesIt() throws Exception {
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.config().setAutoRead(true);
        daemonEnd.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {0, 1, 2}));

        await().untilAsserted(
                        () -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
        assertThat(pair.service.incoming).isEmpty();
    }

    @Test
    void oneThatIsTooLongResetsTheStreamEvenIfItComesByteByByte() throws Exception {
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.config().setAutoRead(true);
        for (int i = 0; i <= StreamPreface.MAX_BYTES; i++) {
            daemonEnd.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {(byte) 255}));
            pair.daemon.connection.eventLoop().submit(() -> {}).sync();
        }

        await().untilAsserted(
                        () -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
        assertThat(pair.service.incoming).isEmpty();
    }

    @Test
    void streamThatEndsWithinItsPrefaceIsReset() throws Exception {
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.config().setAutoRead(true);
        daemonEnd.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {4, 1}));
        daemonEnd.shutdownOutput().sync();

        await().untilAsserted(
                        () -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
    }

    @Test
    void refusingAStreamWithinTheListenerReleasesWhatFollowedThePreface() throws Exception {
        pair.service.onStream = YamuxStreamChannel::refuse;
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.config().setAutoRead(true);
        daemonEnd.writeAndFlush(stream());

        await().untilAsserted(
                        () -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
    }

    @Test
    void lostSessionReleasesAnUnfinishedPreface() throws Exception {
        YamuxStreamChannel daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.writeAndFlush(Unpooled.wrappedBuffer(new byte[] {4, 1})).sync();
        pair.daemon.handler.close("the test ends it");

        await().untilAsserted(() -> assertThat(pair.service.events).isNotEmpty());
        assertThat(pair.service.incoming).isEmpty();
    }
}
