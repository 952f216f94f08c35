package io.socketmaster.client.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.client.session.Address;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** One look at a program: does it accept a connection and, if it is asked for a path, answer with a status of 200 to 299? */
final class Probe {
    /** Bytes of {@code HTTP/1.1 200}. */
    private static final int STATUS_BYTES = 12;

    private static final int STATUS_AT = 9;

    private Probe() {}

    /** What a look found. */
    enum Finding {
        WELL,
        /** It accepts connections and does not answer as it should. */
        UNWELL,
        NO_CONNECTION
    }

    /**
     * What was found, and why.
     *
     * @param reason a phrase for people; empty if it is well
     */
    record Result(Finding finding, String reason) {
        static final Result WELL = new Result(Finding.WELL, "");

        static Result unwell(String reason) {
            return new Result(Finding.UNWELL, reason);
        }
    }

    /**
     * Looks once. On the dialer's loop.
     *
     * @param path asked for; empty: a connection will do
     * @param timeout for the answer, after the connection
     * @param onResult called once, on the loop
     */
    static void look(Dialer dialer, Optional<String> path, Duration timeout, Consumer<Result> onResult) {
        dialer.dial(
                connection -> {
                    if (path.isEmpty()) {
                        connection.close();
                        onResult.accept(Result.WELL);
                    } else {
                        connection.pipeline().addLast(new HttpProbe(path.get(), dialer.program(), timeout, onResult));
                    }
                },
                failure -> onResult.accept(new Result(Finding.NO_CONNECTION, Dialer.reason(failure))));
    }

    /** Asks for a path and reads the status. Fields belong to the loop. */
    private static final class HttpProbe extends ChannelInboundHandlerAdapter {
        private final String path;
        private final Address program;
        private final Duration timeout;
        private final Consumer<Result> onResult;
        private final StringBuilder status = new StringBuilder(STATUS_BYTES);
        private ScheduledFuture<?> patience;
        private boolean told;

        HttpProbe(String path, Address program, Duration timeout, Consumer<Result> onResult) {
            this.path = path;
            this.program = program;
            this.timeout = timeout;
            this.onResult = onResult;
        }

        @Override
        public void handlerAdded(ChannelHandlerContext ctx) {
            Channel channel = ctx.channel();
            patience = channel.eventLoop()
                    .schedule(
                            () -> tell(
                                    ctx, Result.unwell(path + " did not answer within " + timeout.toMillis() + " ms")),
                            timeout.toNanos(),
                            TimeUnit.NANOSECONDS);
            String host = program instanceof Address.Tcp ? program.toString() : "localhost";
            channel.writeAndFlush(ByteBufUtil.writeAscii(
                    channel.alloc(),
                    "GET " + path + " HTTP/1.1\r\nHost: " + host
                            + "\r\nUser-Agent: socketmaster-health-check\r\nConnection: close\r\n\r\n"));
            channel.config().setAutoRead(true);
        }

        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int count = Math.min(bytes.readableBytes(), STATUS_BYTES - status.length());
            status.append(bytes.readCharSequence(count, StandardCharsets.ISO_8859_1));
            bytes.release();
            if (status.length() == STATUS_BYTES) {
                tell(ctx, judge(status.toString()));
            }
        }

        private Result judge(String line) {
            if (line.startsWith("HTTP/1.") && line.charAt(STATUS_AT) == '2') {
                return Result.WELL;
            }
            return Result.unwell(
                    line.startsWith("HTTP/")
                            ? path + " answered with status " + line.substring(STATUS_AT)
                            : path + " answered with something that is not HTTP");
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            tell(ctx, Result.unwell(path + " was not answered"));
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            // The program ended the connection; nothing more will come.
            tell(ctx, Result.unwell(path + " was not answered"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            tell(ctx, Result.unwell(path + " was not answered: " + Dialer.reason(cause)));
        }

        private void tell(ChannelHandlerContext ctx, Result result) {
            if (!told) {
                told = true;
                patience.cancel(/* mayInterruptIfRunning= */ false);
                ctx.close();
                onResult.accept(result);
            }
        }
    }
}
