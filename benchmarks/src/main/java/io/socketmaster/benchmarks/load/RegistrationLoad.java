package io.socketmaster.benchmarks.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.HandshakeEncoder;
import io.socketmaster.protocol.handshake.HandshakeReply;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.ReplyDecoder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * Registrations, each of a service of its own over a connection of its own, which ends when the daemon has said {@code OK}. So each
 * one that is counted stood, and its end is part of the daemon's work, too. Confined to one event loop, but for {@link #run}.
 */
public final class RegistrationLoad {
    private static final long FAILED_PAUSE_MILLIS = 1;
    private static final RegistrationOptions WITHOUT_HOLD = RegistrationOptions.DEFAULTS.withHold(Duration.ZERO);

    private final InetSocketAddress daemon;
    private final LongFunction<HandshakeRequest> requests;
    private final EventLoop loop;
    private final LatencyHistogram latencies = new LatencyHistogram();
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();
    private long begun;
    private long registered;
    private long errors;
    private Optional<String> firstFailure = Optional.empty();
    private boolean over;

    /** A registration of a path of its own, which nobody waits for when its service goes. */
    public static HandshakeRequest onPath(InetSocketAddress address, String path) {
        SocketDefinition definition = SocketDefinition.http(address.getPort(), path)
                .withAddress(address.getAddress().getHostAddress());
        return HandshakeRequest.version2(definition, WITHOUT_HOLD);
    }

    private RegistrationLoad(InetSocketAddress daemon, LongFunction<HandshakeRequest> requests, EventLoopGroup loops) {
        this.daemon = daemon;
        this.requests = requests;
        this.loop = loops.next();
    }

    /**
     * Registers and waits for the end.
     *
     * @param daemon its control socket
     * @param requests makes the request with this number, from 0
     * @param connections that are under way at once
     * @param loops a group of one loop
     * @return registrations as its requests
     */
    public static HttpResult run(
            InetSocketAddress daemon,
            LongFunction<HandshakeRequest> requests,
            int connections,
            Duration time,
            EventLoopGroup loops) {
        RegistrationLoad load = new RegistrationLoad(daemon, requests, loops);
        load.loop.execute(() -> load.start(connections, time));
        return load.result.join();
    }

    private void start(int connections, Duration time) {
        long startedNanos = System.nanoTime();
        loop.schedule(() -> end(startedNanos), time.toNanos(), TimeUnit.NANOSECONDS);
        for (int i = 0; i < connections; i++) {
            next();
        }
    }

    private void end(long startedNanos) {
        over = true;
        double seconds = (System.nanoTime() - startedNanos) * 1e-9;
        firstFailure.ifPresent(failure -> System.err.println("the first registration that failed: " + failure));
        result.complete(new HttpResult(
                registered,
                errors,
                seconds,
                Optional.of(new HttpResult.Latency(latencies.percentile(0.50), latencies.percentile(0.99)))));
    }

    private void next() {
        if (!over) {
            Sockets.client(loop)
                    .handler(new Registrant(requests.apply(begun++), System.nanoTime()))
                    .connect(daemon)
                    .addListener(done -> {
                        if (!done.isSuccess()) {
                            failed(done.cause());
                        }
                    });
        }
    }

    private void failed(Throwable cause) {
        if (!over) {
            errors++;
            firstFailure = firstFailure.or(() -> Optional.of(cause.toString()));
            // Not before other connections had their turn.
            loop.schedule(this::next, FAILED_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** One connection. */
    private final class Registrant extends ByteToMessageDecoder {
        private final HandshakeRequest request;
        private final long begunNanos;
        private final ReplyDecoder reply = ReplyDecoder.version2();
        private boolean done;

        Registrant(HandshakeRequest request, long begunNanos) {
            this.request = request;
            this.begunNanos = begunNanos;
        }

        @Override
        public void channelActive(ChannelHandlerContext ctx) throws ProtocolException {
            ctx.writeAndFlush(HandshakeEncoder.encode(request, ctx.alloc()), ctx.voidPromise());
        }

        @Override
        protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws ProtocolException {
            if (done) {
                in.skipBytes(in.readableBytes());
                return;
            }
            Optional<ReplyDecoder.Result> result = reply.decode(in);
            if (result.isPresent()) {
                finish(ctx, result.get());
            }
        }

        private void finish(ChannelHandlerContext ctx, ReplyDecoder.Result said) throws ProtocolException {
            HandshakeReply answer = ((ReplyDecoder.Answered) said).reply();
            Optional<ProtocolException> refusal = answer.refusal();
            if (refusal.isPresent()) {
                throw refusal.get();
            }
            done = true;
            if (!over) {
                registered++;
                latencies.add(System.nanoTime() - begunNanos);
            }
            ctx.close().addListener(closed -> next());
        }

        /** With half-close allowed, an end of file is an event. */
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            exceptionCaught(ctx, new IllegalStateException("the daemon ended the connection without a reply"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
            if (!done) {
                done = true;
                failed(cause);
            }
        }
    }
}
