package io.socketmaster.server.api;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * One client of the control API: takes a request, has it carried out, answers, takes the next. Nothing more is read
 * meanwhile, except once where the client waits for something, so that its leaving is noticed. Fields belong to the connection's event loop.
 */
final class ApiConnection extends ChannelInboundHandlerAdapter {
    private enum Phase {
        /** A request is awaited. */
        READING,
        /** It is being carried out. */
        WORKING,
        /** It waits, and may be called off. */
        WAITING,
        /** The client follows the events. */
        STREAMING,
        /** An answer is being written. */
        ANSWERING,
        /** Nothing more is answered. */
        CLOSING
    }

    private final ApiServer server;
    private final Router router;
    private Phase phase = Phase.READING;
    private ChannelHandlerContext ctx;
    /** Ends the connection unless what is awaited comes. */
    private ScheduledFuture<?> deadline;
    /** What the client waits for; {@code null} unless it waits. */
    private CompletableFuture<ApiAnswer> awaited;
    /** {@code null} unless it follows the events. */
    private EventStream stream;
    /** Requests that came before their turn. Bounded by one read: nothing is read while there are any. */
    private final Queue<FullHttpRequest> ahead = new ArrayDeque<>();

    private boolean keepAlive = true;
    private boolean inputEnded;

    /** @param router what can be asked for */
    ApiConnection(ApiServer server, Router router) {
        this.server = server;
        this.router = router;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newCtx) {
        ctx = newCtx;
        within(server.settings().requestDeadline(), this::requestIsLate);
        ctx.read();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        FullHttpRequest request = (FullHttpRequest) message;
        if (phase == Phase.READING) {
            carryOut(request);
        } else if (phase == Phase.WAITING || phase == Phase.STREAMING) {
            // Nobody who waits has more to ask for, and only what reads on can tell that the client leaves.
            request.release();
            context.close();
        } else if (phase == Phase.CLOSING) {
            request.release();
        } else {
            ahead.add(request);
        }
    }

    private void carryOut(FullHttpRequest request) {
        cancelDeadline();
        keepAlive = HttpUtil.isKeepAlive(request);
        phase = Phase.WORKING;
        try {
            guard(request);
            Router.Match match = router.match(request);
            switch (match.endpoint().kind()) {
                case COMMAND -> answerWhenDone(match.endpoint().handler().answer(match.request()));
                case WAIT -> waitFor(match);
                case STREAM -> follow(request.method());
                default ->
                    throw new IllegalStateException(
                            "unknown kind " + match.endpoint().kind());
            }
        } catch (ApiException e) {
            answer(router.explain(e));
        } finally {
            request.release();
        }
    }

    /** With whom the guard stops there is nothing more to talk about. */
    private void guard(FullHttpRequest request) throws ApiException {
        try {
            RequestGuard.check(request, ctx.channel().localAddress());
        } catch (ApiException e) {
            keepAlive = false;
            throw e;
        }
    }

    private void waitFor(Router.Match match) throws ApiException {
        server.enterWaiting();
        phase = Phase.WAITING;
        CompletableFuture<ApiAnswer> answer;
        try {
            answer = match.endpoint().handler().answer(match.request());
        } catch (ApiException e) {
            server.leaveWaiting();
            throw e;
        }
        awaited = answer;
        answer.whenComplete((done, failure) -> server.leaveWaiting());
        answerWhenDone(answer);
        if (!ahead.isEmpty()) {
            // What waits behind an answer without a time would keep this from reading. It is asked for again elsewhere.
            dropAhead();
            keepAlive = false;
        }
        ctx.read(); // the only way to notice that the client leaves
    }

    private void answerWhenDone(CompletableFuture<ApiAnswer> answer) {
        answer.whenComplete((done, failure) -> {
            try {
                ctx.executor().execute(() -> done(done, failure));
            } catch (RejectedExecutionException stopped) {
                // The loop is gone, and the client with it: nobody is left to be told.
                return;
            }
        });
    }

    private void done(ApiAnswer done, Throwable failure) {
        if (phase != Phase.WORKING && phase != Phase.WAITING) {
            return;
        }
        awaited = null;
        if (failure == null) {
            answer(done);
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof ApiException refusal) {
            answer(router.explain(refusal));
        } else {
            server.events().fault("control API", cause);
            answer(router.explain(new ApiException(500, "FAULT", "the daemon failed to do this; its log says why")));
        }
    }

    // --- answers

    private void answer(ApiAnswer answer) {
        HttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1,
                HttpResponseStatus.valueOf(answer.status()),
                Unpooled.wrappedBuffer(answer.body()));
        HttpHeaders headers = fill(response, "application/json");
        answer.headers().forEach(headers::set);
        if (answer.status() != HttpResponseStatus.NO_CONTENT.code()) {
            headers.setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
        }
        if (inputEnded || !keepAlive) {
            keepAlive = false;
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        writeLast(response);
    }

    private void writeLast(HttpObject last) {
        phase = Phase.ANSWERING;
        within(server.settings().writeDeadline(), ctx::close);
        ctx.writeAndFlush(last).addListener(written -> {
            cancelDeadline();
            if (keepAlive) {
                next();
            } else {
                lingerThenClose();
            }
        });
    }

    /** What every answer has. */
    private static HttpHeaders fill(HttpResponse response, String type) {
        return response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, type)
                .set(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
                .set("X-Content-Type-Options", "nosniff")
                .set("Cross-Origin-Resource-Policy", "same-origin");
    }

    private void next() {
        phase = Phase.READING;
        FullHttpRequest read = ahead.poll();
        if (read != null) {
            carryOut(read);
        } else if (inputEnded) {
            ctx.close();
        } else {
            within(server.settings().idle(), ctx::close);
            ctx.read();
        }
    }

    /** A close with unread input would be a reset, and could take the answer with it: what comes is dropped for a while. */
    private void lingerThenClose() {
        phase = Phase.CLOSING;
        dropAhead();
        if (inputEnded) {
            ctx.close();
        } else {
            ApiServer.lingerThenClose(ctx.channel());
        }
    }

    private void follow(HttpMethod method) throws ApiException {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        HttpHeaders headers = fill(head, "application/x-ndjson");
        headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        HttpUtil.setTransferEncodingChunked(head, true);
        if (method.equals(HttpMethod.HEAD)) {
            keepAlive = false;
            ctx.write(head, ctx.voidPromise());
            writeLast(LastHttpContent.EMPTY_LAST_CONTENT);
            return;
        }
        server.enterWaiting();
        phase = Phase.STREAMING;
        ctx.writeAndFlush(head, ctx.voidPromise());
        stream = new EventStream(ctx.channel(), server.feed(), server.settings().events());
        stream.begin();
        ctx.read();
    }

    // --- the end

    private void requestIsLate() {
        keepAlive = false;
        answer(router.explain(new ApiException(
                408,
                "REQUEST_TIMEOUT",
                "the request was not complete after "
                        + server.settings().requestDeadline().toMillis() + " ms; send it in one piece")));
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            // Who waits or follows and says no more has left, as far as can be told; who asked gets its answer first.
            if (phase != Phase.WORKING && phase != Phase.ANSWERING) {
                context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        forget();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        context.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        forget();
    }

    private void forget() {
        phase = Phase.CLOSING;
        cancelDeadline();
        dropAhead();
        if (awaited != null) {
            CompletableFuture<ApiAnswer> calledOff = awaited;
            awaited = null;
            calledOff.cancel(/* mayInterruptIfRunning= */ false);
        }
        if (stream != null) {
            stream.end();
            stream = null;
            server.leaveWaiting();
        }
    }

    private void dropAhead() {
        ahead.forEach(FullHttpRequest::release);
        ahead.clear();
    }

    private void within(Duration time, Runnable otherwise) {
        cancelDeadline();
        deadline = ctx.executor().schedule(otherwise, time.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel(/* mayInterruptIfRunning= */ false);
            deadline = null;
        }
    }
}
