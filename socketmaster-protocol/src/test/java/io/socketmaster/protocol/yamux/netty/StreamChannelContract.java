package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What anybody may expect of a stream channel, wherever it lives. */
abstract class StreamChannelContract {
    private static final int WINDOW = 256 * 1024;
    private static final int ALLOWANCE = 128 * 1024;
    private static final int WATERMARK = 64 * 1024;

    private final boolean sameLoop;
    private SessionPair pair;
    private final Recorder daemonSees = new Recorder();
    private final Recorder serviceSees = new Recorder();
    private YamuxStreamChannel daemonEnd;
    private YamuxStreamChannel serviceEnd;

    StreamChannelContract(boolean sameLoop) {
        this.sameLoop = sameLoop;
    }

    @BeforeEach
    void connect() throws Exception {
        pair = new SessionPair(sameLoop);
    }

    @AfterEach
    void disconnect() throws Exception {
        pair.close();
    }

    /** A stream with a recorder at both ends; nobody reads yet. */
    private void stream() throws Exception {
        daemonEnd = pair.open(pair.daemon, daemonSees);
        serviceEnd = pair.take(pair.service, serviceSees);
        daemonEnd.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        serviceEnd.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    }

    private void readBoth() {
        daemonEnd.config().setAutoRead(true);
        serviceEnd.config().setAutoRead(true);
    }

    private static ByteBuf bytes(int length) {
        return Unpooled.buffer(length).writeZero(length);
    }

    private static void awaitThat(org.awaitility.core.ThrowingRunnable assertion) {
        await().atMost(20, TimeUnit.SECONDS).untilAsserted(assertion);
    }

    // ---- opening

    @Test
    void isOpenActiveAndRegisteredWhenOpenedAndHearsWhenTheServiceTookIt() throws Exception {
        daemonEnd = pair.open(pair.daemon, daemonSees);
        assertThat(daemonEnd.isActive()).isTrue();
        assertThat(daemonEnd.isRegistered()).isTrue();
        assertThat(daemonEnd.config().isAutoRead()).isFalse();
        assertThat(daemonEnd.parent()).isSameAs(pair.daemon.connection);
        assertThat(daemonEnd.remoteAddress()).isEqualTo(pair.daemon.connection.remoteAddress());
        assertThat(daemonSees.events).containsExactly("active");

        serviceEnd = pair.take(pair.service, serviceSees);

        awaitThat(() -> assertThat(daemonSees.events).containsExactly("active", "established"));
        assertThat(serviceSees.events).containsExactly("active");
    }

    @Test
    void echoes() throws Exception {
        stream();
        serviceEnd.pipeline().addFirst(new Echo());
        readBoth();
        for (int i = 0; i < 100; i++) {
            daemonEnd.writeAndFlush(bytes(i * 50));
        }

        awaitThat(() -> assertThat(daemonSees.received).isEqualTo(50 * 4_950));
    }

    @Test
    void whatCameInBeforeItWasTakenIsDelivered() throws Exception {
        daemonEnd = pair.open(pair.daemon, daemonSees);
        for (int i = 0; i < 1_000; i++) {
            daemonEnd.write(bytes(7));
        }
        daemonEnd.flush();
        daemonEnd.shutdownOutput().sync();
        awaitThat(() -> assertThat(pair.service.incoming).isNotEmpty());

        serviceEnd = pair.take(pair.service, serviceSees);
        serviceEnd.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        serviceEnd.config().setAutoRead(true);

        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 7000"));
    }

    @Test
    void isRegisteredOnOneLoopOnly() throws Exception {
        stream();
        serviceEnd.deregister().sync();
        assertThatThrownBy(() -> pair.others.next().register(serviceEnd).sync())
                .isInstanceOf(IllegalStateException.class);
    }

    // ---- ending

    @Test
    void halfCloseByTheOpenerLetsTheOtherDirectionGoOn() throws Exception {
        stream();
        readBoth();
        daemonEnd.writeAndFlush(bytes(10));
        daemonEnd.shutdownOutput().sync();
        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 10"));

        serviceEnd.writeAndFlush(bytes(300_000)).sync();
        serviceEnd.shutdownOutput().sync();
        awaitThat(() -> assertThat(daemonSees.events).contains("eof after 300000"));

        assertThat(daemonEnd.isOpen() && serviceEnd.isOpen()).isTrue();
        assertThat(daemonEnd.isShutdown() && serviceEnd.isShutdown()).isTrue();
        daemonEnd.close().sync();
        serviceEnd.close().sync();
        awaitThat(() -> assertThat(daemonSees.events).contains("inactive"));
    }

    @Test
    void halfCloseByTheServiceLetsTheOtherDirectionGoOn() throws Exception {
        stream();
        readBoth();
        serviceEnd.writeAndFlush(bytes(10));
        serviceEnd.shutdownOutput().sync();
        awaitThat(() -> assertThat(daemonSees.events).contains("eof after 10"));

        daemonEnd.writeAndFlush(bytes(300_000)).sync();
        daemonEnd.shutdownOutput().sync();
        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 300000"));
    }

    @Test
    void withoutHalfClosureTheEndOfInputClosesTheChannel() throws Exception {
        stream();
        serviceEnd.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, false);
        serviceEnd.config().setAutoRead(true);
        daemonEnd.shutdownOutput().sync();

        assertThat(serviceEnd.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
        daemonEnd.config().setAutoRead(true);
        awaitThat(() -> assertThat(daemonSees.events).contains("eof after 0"));
    }

    @Test
    void closeIsAFinBehindTheData() throws Exception {
        stream();
        serviceEnd.config().setAutoRead(true);
        daemonEnd.writeAndFlush(bytes(100_000)).addListener(done -> daemonEnd.close());

        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 100000"));
        assertThat(daemonEnd.closeFuture().isDone()).isTrue();
        assertThat(daemonEnd.isActive() || daemonEnd.isOpen()).isFalse();
    }

    @Test
    void closeWithLingerZeroIsAResetWhicheverSideDoesIt() throws Exception {
        stream();
        readBoth();
        daemonEnd.config().setOption(ChannelOption.SO_LINGER, 0);
        daemonEnd.close().sync();
        awaitThat(() ->
                assertThat(serviceSees.events).containsExactly("active", "RESET established after 0", "inactive"));

        Recorder daemonSeesSecond = new Recorder();
        YamuxStreamChannel second = pair.open(pair.daemon, daemonSeesSecond);
        YamuxStreamChannel secondServiceEnd = pair.take(pair.service, new Recorder());
        second.config().setAutoRead(true);
        secondServiceEnd.config().setOption(ChannelOption.SO_LINGER, 0);
        secondServiceEnd.close().sync();

        awaitThat(() -> assertThat(daemonSeesSecond.events)
                .containsExactly("active", "established", "RESET established after 0", "inactive"));
    }

    @Test
    void refusedStreamIsResetAndThatProvesThatNobodySawIt() throws Exception {
        daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.writeAndFlush(bytes(100_000));
        daemonEnd.config().setAutoRead(true);
        pair.service.incoming.take().refuse();

        awaitThat(() -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
    }

    @Test
    void refusingWithinTheListenerKeepsNothing() throws Exception {
        pair.service.onStream = YamuxStreamChannel::refuse;
        daemonEnd = pair.open(pair.daemon, daemonSees);
        daemonEnd.writeAndFlush(bytes(100_000));
        daemonEnd.config().setAutoRead(true);

        awaitThat(() -> assertThat(daemonSees.events).containsExactly("active", "RESET after 0", "inactive"));
    }

    @Test
    void brokenStreamDeliversWhatCameBefore() throws Exception {
        stream();
        daemonEnd.writeAndFlush(bytes(200_000)).sync();
        serviceEnd.read();
        awaitThat(() -> assertThat(serviceSees.received).isPositive());
        awaitSettled();
        pair.daemon.handler.close("the test ends it");
        awaitThat(() -> assertThat(pair.service.events).containsExactly("closed: end of file"));
        assertThat(serviceSees.events).containsExactly("active");

        serviceEnd.config().setAutoRead(true);

        awaitThat(() -> assertThat(serviceSees.events)
                .containsExactly("active", "SESSION_LOST established after 200000", "inactive"));
        daemonEnd.config().setAutoRead(true);
        awaitThat(() -> assertThat(daemonSees.broken).isNotNull());
    }

    /** Waits until what was written has reached the other side: a round trip on a stream of its own. */
    private void awaitSettled() throws Exception {
        Recorder sees = new Recorder();
        YamuxStreamChannel probe = pair.open(pair.daemon, sees);
        probe.writeAndFlush(bytes(1));
        YamuxStreamChannel other = pair.take(pair.service, new Echo());
        other.config().setAutoRead(true);
        probe.config().setAutoRead(true);
        awaitThat(() -> assertThat(sees.received).isEqualTo(1));
        probe.close().sync();
    }

    @Test
    void eofComesOnlyAfterTheDataWasRead() throws Exception {
        stream();
        daemonEnd.writeAndFlush(bytes(100_000));
        daemonEnd.shutdownOutput().sync();
        awaitSettled();
        assertThat(serviceSees.events).containsExactly("active");
        while (serviceSees.received < 100_000) {
            long before = serviceSees.received;
            serviceEnd.read();
            awaitThat(() -> assertThat(serviceSees.received).isGreaterThan(before));
        }
        assertThat(serviceSees.events).containsExactly("active");

        serviceEnd.read();
        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 100000"));
    }

    @Test
    void streamsOfALostSessionAndOnesOpenedAfterHearOfIt() throws Exception {
        stream();
        readBoth();
        pair.service.connection.close().sync();
        awaitThat(() -> assertThat(daemonSees.events)
                .containsExactly("active", "established", "SESSION_LOST established after 0", "inactive"));
        awaitThat(() -> assertThat(pair.daemon.events).containsExactly("closed: end of file"));

        Recorder late = new Recorder();
        YamuxStreamChannel lateEnd = pair.open(pair.daemon, late);
        ChannelFuture write = lateEnd.writeAndFlush(bytes(10));

        awaitThat(() -> assertThat(late.events).containsExactly("active", "NEVER_SENT after 0", "inactive"));
        assertThat(write.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void goAwayLetsRunningStreamsGoOnAndRefusesNewOnes() throws Exception {
        stream();
        readBoth();
        pair.service.handler.goAway();
        awaitThat(() -> assertThat(pair.daemon.events).containsExactly("goAway"));

        Recorder late = new Recorder();
        pair.open(pair.daemon, late);
        awaitThat(() -> assertThat(late.events).containsExactly("active", "NEVER_SENT after 0", "inactive"));
        daemonEnd.writeAndFlush(bytes(10));
        awaitThat(() -> assertThat(serviceSees.received).isEqualTo(10));
    }

    // ---- reading

    @Test
    void nothingIsDeliveredWithoutAReadAndEachReadDeliversSome() throws Exception {
        stream();
        daemonEnd.writeAndFlush(bytes(250_000)).sync();
        awaitSettled();
        assertThat(serviceSees.received).isZero();

        serviceEnd.read();
        awaitThat(() -> assertThat(serviceSees.received).isPositive());
        awaitSettled();
        assertThat(serviceSees.received).isLessThan(250_000);
        serviceEnd.config().setAutoRead(true);
        awaitThat(() -> assertThat(serviceSees.received).isEqualTo(250_000));
    }

    @Test
    void nothingMoreIsDeliveredOnceAutoReadWasSwitchedOff() throws Exception {
        AtomicInteger reads = new AtomicInteger();
        stream();
        serviceEnd.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                reads.incrementAndGet();
                ctx.channel().config().setAutoRead(false);
                ctx.fireChannelRead(message);
            }
        });
        daemonEnd.writeAndFlush(bytes(200_000)).sync();
        awaitSettled();
        serviceEnd.config().setAutoRead(true);
        awaitThat(() -> assertThat(reads).hasPositiveValue());
        awaitSettled();
        assertThat(reads).hasValue(1);
    }

    @Test
    void shutdownInputDropsWhatComesAndLetsTheWriterGoOn() throws Exception {
        stream();
        serviceEnd.shutdownInput().sync();
        daemonEnd.writeAndFlush(bytes(2_000_000)).sync();

        assertThat(serviceSees.received).isZero();
        assertThat(serviceEnd.isInputShutdown()).isTrue();
    }

    // ---- writing

    @Test
    void writerBecomesUnwritableWhenTheReaderDoesNotReadAndTheBytesUnderWayAreBounded() throws Exception {
        stream();
        List<ChannelFuture> writes = new ArrayList<>();
        int portion = 4_096;
        // Whatever is under way settles before each look.
        while (daemonEnd.isWritable() && writes.size() < 1_000) {
            writes.add(daemonEnd.writeAndFlush(bytes(portion)));
            if (!daemonEnd.isWritable()) {
                awaitSettled();
            }
        }
        awaitSettled();

        long written = (long) writes.size() * portion;
        assertThat(daemonEnd.isWritable()).isFalse();
        assertThat(written).isBetween((long) WINDOW + ALLOWANCE, WINDOW + ALLOWANCE + WATERMARK + 2L * 8_192);

        serviceEnd.config().setAutoRead(true);
        awaitThat(() -> assertThat(serviceSees.received).isEqualTo(written));
        assertThat(writes).allMatch(ChannelFuture::isSuccess);
        awaitThat(() -> assertThat(daemonEnd.isWritable()).isTrue());
    }

    @Test
    void slowReaderDoesNotHinderOtherStreams() throws Exception {
        stream();
        daemonEnd.writeAndFlush(bytes(5_000_000));
        awaitSettled();
        awaitSettled();

        assertThat(serviceSees.received).isZero();
    }

    @Test
    void shutdownOutputSucceedsWhenEverythingBeforeItIsUnderWay() throws Exception {
        stream();
        ChannelFuture write = daemonEnd.writeAndFlush(bytes(1_000_000));
        ChannelFuture end = daemonEnd.shutdownOutput();
        ChannelFuture again = daemonEnd.shutdownOutput();
        awaitSettled();
        assertThat(end.isDone() || again.isDone()).isFalse();

        serviceEnd.config().setAutoRead(true);

        assertThat(end.await(10, TimeUnit.SECONDS) && end.isSuccess()).isTrue();
        assertThat(again.await(10, TimeUnit.SECONDS) && again.isSuccess()).isTrue();
        assertThat(write.isSuccess()).isTrue();
        awaitThat(() -> assertThat(serviceSees.events).containsExactly("active", "eof after 1000000"));
        assertThat(daemonEnd.writeAndFlush(bytes(1)).await().cause()).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void shutdownOutputThatAResetOvertakesFailsAndSoDoTheWrites() throws Exception {
        stream();
        ChannelFuture write = daemonEnd.writeAndFlush(bytes(1_000_000));
        ChannelFuture end = daemonEnd.shutdownOutput();
        awaitSettled();
        serviceEnd.config().setOption(ChannelOption.SO_LINGER, 0);
        serviceEnd.close().sync();

        assertThat(end.await().cause()).isInstanceOf(StreamClosedException.class);
        assertThat(write.await().cause()).isInstanceOf(StreamClosedException.class);
        assertThat(daemonEnd.closeFuture().await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void fileRegionIsSent(@TempDir Path dir) throws Exception {
        byte[] content = new byte[700_000];
        new Random(3).nextBytes(content);
        Path file = Files.write(dir.resolve("content"), content);
        stream();
        readBoth();
        ChannelFuture sent = daemonEnd.writeAndFlush(new DefaultFileRegion(file.toFile(), 0, content.length));

        assertThat(sent.await(10, TimeUnit.SECONDS) && sent.isSuccess()).isTrue();
        daemonEnd.close();
        awaitThat(() -> assertThat(serviceSees.events).contains("eof after 700000"));
        assertThat(serviceSees.digest())
                .isEqualTo(HexFormat.of()
                        .formatHex(MessageDigest.getInstance("SHA-256").digest(content)));
    }

    @Test
    void fileThatIsTooShortResetsTheStreamSinceItsEndMustNotLookWhole(@TempDir Path dir) throws Exception {
        Path file = Files.write(dir.resolve("content"), new byte[1_000]);
        stream();
        readBoth();
        ChannelFuture sent = daemonEnd.writeAndFlush(new DefaultFileRegion(file.toFile(), 995, 10));

        assertThat(sent.await().cause()).isInstanceOf(IOException.class);
        awaitThat(() -> assertThat(serviceSees.events).contains("RESET established after 0", "inactive"));
    }

    @Test
    void otherMessagesAreRefused() throws Exception {
        stream();
        assertThat(daemonEnd.writeAndFlush("text").await().cause()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aBurstOfWritesCausesOneFlush() throws Exception {
        stream();
        readBoth();
        awaitSettled();
        pair.daemon.connection.eventLoop().submit(() -> {}).sync();
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch holding = new CountDownLatch(sameLoop ? 0 : 1);
        if (!sameLoop) {
            pair.daemon.connection.eventLoop().execute(() -> {
                holding.countDown();
                awaitLatch(held);
            });
        }
        holding.await();
        int before = pair.daemon.flushes.get();
        daemonEnd
                .eventLoop()
                .submit(() -> {
                    for (int i = 0; i < 100; i++) {
                        daemonEnd.writeAndFlush(bytes(100));
                    }
                })
                .sync();
        held.countDown();

        awaitThat(() -> assertThat(serviceSees.received).isEqualTo(10_000));
        assertThat(pair.daemon.flushes.get() - before).isEqualTo(1);
    }

    private static void awaitLatch(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- many

    @Test
    void tenThousandStreamsAtOnce() throws Exception {
        int count = 10_000;
        AtomicInteger seen = new AtomicInteger();
        AtomicInteger answered = new AtomicInteger();
        CountDownLatch closed = new CountDownLatch(2 * count);
        pair.service.onStream = stream -> {
            stream.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
            stream.pipeline().addLast(new Echo());
            stream.closeFuture().addListener(done -> closed.countDown());
            pair.loopFor(pair.service).register(stream);
        };
        Answered handler = new Answered(answered);
        List<YamuxStreamChannel> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            YamuxStreamChannel stream = pair.open(pair.daemon, handler);
            stream.config().setAutoRead(true);
            stream.closeFuture().addListener(done -> closed.countDown());
            stream.writeAndFlush(bytes(10)).addListener(done -> seen.incrementAndGet());
            open.add(stream);
        }
        awaitThat(() -> assertThat(answered).hasValue(10 * count));
        assertThat(seen).hasValue(count);

        open.forEach(YamuxStreamChannel::shutdownOutput);

        assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void sixtyFourMebibytesEachWayOverManyStreamsArriveIntact() throws Exception {
        int count = 32;
        int perStream = 2 * 1024 * 1024;
        List<Recorder> daemonRecorders = new ArrayList<>();
        List<Recorder> serviceRecorders = new ArrayList<>();
        List<String> daemonDigests = new ArrayList<>();
        List<String> serviceDigests = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Recorder here = new Recorder();
            Recorder there = new Recorder();
            daemonRecorders.add(here);
            serviceRecorders.add(there);
            YamuxStreamChannel end = pair.open(pair.daemon, here);
            YamuxStreamChannel other = pair.take(pair.service, there);
            daemonDigests.add(pump(end, perStream, i));
            serviceDigests.add(pump(other, perStream, 1_000 + i));
        }
        awaitThat(() -> {
            assertThat(daemonRecorders).allMatch(r -> r.events.contains("eof after " + perStream));
            assertThat(serviceRecorders).allMatch(r -> r.events.contains("eof after " + perStream));
        });

        assertThat(daemonRecorders).extracting(Recorder::digest).isEqualTo(serviceDigests);
        assertThat(serviceRecorders).extracting(Recorder::digest).isEqualTo(daemonDigests);
    }

    /** Writes random bytes in random portions while the channel is writable, then FIN; returns their digest. */
    private static String pump(YamuxStreamChannel channel, int length, long seed) throws Exception {
        channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        byte[] content = new byte[length];
        Random random = new Random(seed);
        random.nextBytes(content);
        channel.pipeline().addFirst(new ChannelInboundHandlerAdapter() {
            private int at;

            @Override
            public void handlerAdded(ChannelHandlerContext ctx) {
                go(ctx.channel());
            }

            @Override
            public void channelWritabilityChanged(ChannelHandlerContext ctx) {
                go(ctx.channel());
                ctx.fireChannelWritabilityChanged();
            }

            private void go(Channel ch) {
                while (ch.isWritable() && at < length) {
                    int portion = Math.min(length - at, 1 + random.nextInt(40_000));
                    int from = at;
                    at += portion;
                    ch.writeAndFlush(Unpooled.wrappedBuffer(content, from, portion));
                    if (at == length) {
                        ((DuplexChannel) ch).shutdownOutput();
                    }
                }
            }
        });
        channel.config().setAutoRead(true);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    @Test
    void streamsOpenedAndEndedInEveryWayAtOnceLeaveNothingBehind() throws Exception {
        int count = 2_000;
        Random random = new Random(5);
        AtomicInteger open = new AtomicInteger(count);
        pair.service.onStream = stream -> {
            if (stream.hashCode() % 10 == 0) {
                stream.refuse();
                return;
            }
            open.incrementAndGet();
            stream.closeFuture().addListener(done -> open.decrementAndGet());
            stream.pipeline().addLast(new Echo());
            stream.config().setOption(ChannelOption.SO_LINGER, stream.hashCode() % 3 == 0 ? 0 : -1);
            pair.loopFor(pair.service).register(stream);
        };
        for (int i = 0; i < count; i++) {
            YamuxStreamChannel stream = pair.open(pair.daemon, new Recorder());
            stream.config().setAutoRead(true);
            stream.closeFuture().addListener(done -> open.decrementAndGet());
            int way = random.nextInt(4);
            ChannelFuture write = stream.writeAndFlush(bytes(random.nextInt(100_000)));
            switch (way) {
                case 0 -> write.addListener(done -> stream.close());
                case 1 -> {
                    stream.config().setOption(ChannelOption.SO_LINGER, 0);
                    stream.close();
                }
                case 2 -> stream.shutdownOutput();
                default -> stream.close();
            }
        }

        awaitThat(() -> assertThat(open).hasValue(0));
        assertThat(pair.daemon.events).isEmpty();
        assertThat(pair.service.events).isEmpty();
    }

    /** Answers with what comes; its end with ours. */
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event == ChannelInputShutdownEvent.INSTANCE) {
                ((DuplexChannel) ctx.channel()).shutdownOutput().addListener(done -> ctx.close());
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }

    @Sharable
    private static final class Answered extends ChannelInboundHandlerAdapter {
        private final AtomicInteger answered;

        Answered(AtomicInteger answered) {
            this.answered = answered;
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            answered.addAndGet(((ByteBuf) message).readableBytes());
            ((ByteBuf) message).release();
        }
    }
}
