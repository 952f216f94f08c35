package io.socketmaster.cli.verify;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.net.ConnectException;

/**
 * One TCP or TLS connection, which carries one request at a time, and the judgement of what became of each. Fields belong
 * to the channel's event loop.
 */
final class Wire extends SimpleChannelInboundHandler<HttpObject> {
    /** Of the status line and of all header fields, in bytes each: generous, and not without end. */
    private static final int MAX_HEAD = 64 * 1024;

    private static final int MAX_CHUNK = 64 * 1024;

    /** Who gave the request. Called once for each {@link #send}, on the event loop. */
    interface Sender {
        /** The whole answer came. */
        void onAnswer(HttpResponseStatus status, boolean reusable);

        /** The connection ended before any byte of an answer. */
        void onClosedWithoutAnswer(String detail, boolean hadAnsweredBefore);

        /** The connection ended within the answer. */
        void onTruncated(String detail);

        /** The connection ended while no request was on it. */
        void onIdleClosed();
    }

    private final Sender sender;
    private Channel channel;
    private boolean answeredBefore;
    private boolean busy;
    private boolean bytesSeen;
    private boolean informational;
    private HttpResponse head;
    private boolean closeNotified;
    private Throwable fault;

    Wire(Sender sender) {
        super(HttpObject.class);
        this.sender = sender;
    }

    /** Puts what HTTP needs, and this, at the pipeline's end. */
    void install(ChannelPipeline pipeline) {
        pipeline.addLast(
                new FirstByte(),
                new HttpClientCodec(MAX_HEAD, MAX_HEAD, MAX_CHUNK, /* failOnMissingResponse= */ false),
                this);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        channel = ctx.channel();
    }

    boolean isOpen() {
        return channel != null && channel.isActive();
    }

    /** Takes ownership of {@code request}. */
    void send(FullHttpRequest request) {
        assert channel.eventLoop().inEventLoop() && !busy;
        busy = true;
        bytesSeen = false;
        channel.writeAndFlush(request).addListener(written -> {
            if (!written.isSuccess()) {
                fail(written.cause());
            }
        });
    }

    /** Nobody wants to hear of this connection any more. */
    void abandon() {
        busy = false;
        if (channel != null) {
            channel.close();
        }
    }

    /** Notes that something of an answer came, even if it is not a whole head. */
    private final class FirstByte extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object bytes) {
            bytesSeen = true;
            ctx.fireChannelRead(bytes);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext ctx, HttpObject part) {
        if (fault != null) {
            return;
        }
        if (!busy) {
            fail(new IllegalStateException("the server sent an answer that nobody had asked for"));
        } else if (part.decoderResult().isFailure()) {
            fail(part.decoderResult().cause());
        } else {
            if (part instanceof HttpResponse response) {
                informational = response.status().codeClass() == HttpStatusClass.INFORMATIONAL;
                head = informational ? null : response;
            }
            if (part instanceof LastHttpContent) {
                end();
            }
        }
    }

    private void end() {
        if (informational) {
            informational = false;
            return;
        }
        HttpResponse response = head;
        head = null;
        if (endsWithConnection(response) && isTls() && !closeNotified) {
            fail(new IllegalStateException("the connection ended without the close_notify that ends such an answer"));
            return;
        }
        boolean reusable = HttpUtil.isKeepAlive(response) && !endsWithConnection(response);
        answeredBefore = true;
        busy = false;
        if (!reusable) {
            channel.close();
        }
        sender.onAnswer(response.status(), reusable);
    }

    /** Whether only the connection's end says where the answer ends (RFC 9112 section 6.3). */
    private static boolean endsWithConnection(HttpResponse response) {
        int status = response.status().code();
        return status != 204
                && status != 304
                && !HttpUtil.isTransferEncodingChunked(response)
                && !HttpUtil.isContentLengthSet(response);
    }

    private boolean isTls() {
        return channel.pipeline().get(SslHandler.class) != null;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslCloseCompletionEvent close) {
            closeNotified = close.isSuccess();
        }
        ReferenceCountUtil.release(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        fail(cause);
    }

    /** Notes why, ahead of the close that lets {@link #channelInactive} judge. */
    private void fail(Throwable cause) {
        if (fault == null) {
            fault = cause;
        }
        channel.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        boolean wasBusy = busy;
        busy = false;
        if (!wasBusy) {
            sender.onIdleClosed();
        } else if (bytesSeen) {
            sender.onTruncated(detail("the connection was closed within the answer"));
        } else {
            sender.onClosedWithoutAnswer(detail("the connection was closed without an answer"), answeredBefore);
        }
    }

    private String detail(String otherwise) {
        return fault == null ? otherwise : describe(fault);
    }

    /** One line about a failure, without the wrapping that codecs add. */
    static String describe(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause() != cause) {
            cause = cause.getCause();
        }
        String message = cause.getMessage();
        if (message == null) {
            return cause.getClass().getSimpleName();
        }
        // The native transport names its system call and error number first.
        return cause instanceof ConnectException
                ? message.substring(message.lastIndexOf(": ") + 1).strip()
                : message;
    }
}
