package io.socketmaster.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.FrameBatch;
import io.socketmaster.protocol.yamux.SessionEvents;
import io.socketmaster.protocol.yamux.StreamEnd;
import io.socketmaster.protocol.yamux.StreamEvents;
import io.socketmaster.protocol.yamux.YamuxLimits;
import io.socketmaster.protocol.yamux.YamuxSession;
import io.socketmaster.protocol.yamux.YamuxStream;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Two sessions back to back, what one produces being what the other receives: the whole codec, windows and queues, without
 * a socket.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class YamuxBenchmark {
    private static final int BATCH_BYTES = 128 * 1024;

    /** Bytes of one message on a stream: a small request, and a full turn. */
    @Param({"128", "16384"})
    public int payloadBytes;

    private final ByteBufAllocator alloc = new PooledByteBufAllocator(/* preferDirect= */ true);
    private ByteBuf payload;
    private Side daemon;
    private Side service;
    private YamuxStream lasting;
    private boolean over;

    @Setup
    public void open() {
        payload = Unpooled.directBuffer(payloadBytes).writeZero(payloadBytes);
        daemon = new Side(YamuxSession.Role.CLIENT, YamuxLimits.DAEMON);
        service = new Side(YamuxSession.Role.SERVER, YamuxLimits.SERVICE);
        lasting = daemon.open();
        exchange();
    }

    @TearDown
    public void close() {
        over = true;
        daemon.session.lose("the benchmark is over");
        service.session.lose("the benchmark is over");
        payload.release();
    }

    /** One message on a stream that is open, with the credit that it costs. */
    @Benchmark
    public void dataFrame() {
        lasting.send(payload.retainedDuplicate());
        exchange();
    }

    /** A stream for one message: SYN, data, ACK and FIN both ways. */
    @Benchmark
    public void streamForOneMessage() {
        YamuxStream stream = daemon.open();
        stream.send(payload.retainedDuplicate());
        stream.finish();
        exchange();
    }

    private void exchange() {
        while (daemon.session.hasOutput() || service.session.hasOutput()) {
            daemon.flushTo(service);
            service.flushTo(daemon);
        }
        // A session bears 100,000 small frames a second, and forgives by the clock; here there are more, and no clock.
        daemon.session.tick();
        service.session.tick();
    }

    /** One end: accepts what the peer opens, consumes what comes, finishes when the peer has. */
    private final class Side implements SessionEvents {
        private final YamuxSession session;
        private Side peer;
        private final Consumer<ByteBuf> toPeer = this::pass;
        private final FrameBatch batch = new FrameBatch(alloc, toPeer);

        Side(YamuxSession.Role role, YamuxLimits limits) {
            session = new YamuxSession(role, limits, this);
        }

        YamuxStream open() {
            StreamUser user = new StreamUser();
            user.stream = session.open(user);
            return user.stream;
        }

        void flushTo(Side newPeer) {
            peer = newPeer;
            session.produce(batch, BATCH_BYTES);
            batch.finish();
        }

        private void pass(ByteBuf frames) {
            peer.session.receive(frames);
            frames.release();
        }

        @Override
        public StreamEvents onStream(YamuxStream stream) {
            StreamUser user = new StreamUser();
            user.stream = stream;
            stream.accept();
            return user;
        }

        @Override
        public void onPong(int value) {}

        @Override
        public void onGoAway() {}

        @Override
        public void onFailed(String reason) {
            if (!over) {
                throw new IllegalStateException("the benchmark measures a lost session: " + reason);
            }
        }
    }

    private static final class StreamUser implements StreamEvents {
        private YamuxStream stream;

        @Override
        public void onEstablished() {}

        @Override
        public void onData(ByteBuf data) {
            int bytes = data.readableBytes();
            data.release();
            stream.consume(bytes);
        }

        @Override
        public void onSent(int bytes) {}

        @Override
        public void onFinished() {
            stream.finish();
        }

        @Override
        public void onBroken(StreamEnd end, boolean established) {
            if (end != StreamEnd.SESSION_LOST) {
                throw new IllegalStateException("the benchmark measures a stream that broke: " + end);
            }
        }
    }
}
