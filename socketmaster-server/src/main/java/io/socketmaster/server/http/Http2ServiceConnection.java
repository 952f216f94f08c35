package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import io.socketmaster.protocol.yamux.netty.StreamEstablished;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.SessionDrained;
import io.socketmaster.server.relay.StreamUpstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP/2 with prior knowledge to a service, on one stream of its session. It ends when it is idle for long, when its session
 * is drained, and when the service says GOAWAY: then behind its last request. The channel's event loop owns every field.
 */
final class Http2ServiceConnection extends Http2Endpoint<Http2ServiceStream> {
    private static final Logger LOG = LoggerFactory.getLogger(Http2ServiceConnection.class);

    private final Set<Http2ServiceStream> requests = new LinkedHashSet<>();
    private Deadline idle;
    private Runnable onClosed = () -> {};
    private boolean established;
    /** The service has said what it can. */
    private boolean settled;

    private boolean takesExtendedConnect;
    /** No more requests go here. */
    private boolean retired;

    private Throwable cause;

    private Http2ServiceConnection(
            HttpSettings settings,
            Http2ConnectionDecoder decoder,
            Http2ConnectionEncoder encoder,
            Http2Settings initialSettings) {
        super(settings, decoder, encoder, initialSettings);
        decoder.frameListener(new FromService());
        connection().addListener(new Streams());
    }

    static Http2ServiceConnection create(HttpSettings settings) {
        return new Builder(settings).build();
    }

    private static final class Builder extends AbstractHttp2ConnectionHandlerBuilder<Http2ServiceConnection, Builder> {
        private final HttpSettings settings;

        Builder(HttpSettings settings) {
            this.settings = settings;
            Http2Connection connection = new DefaultHttp2Connection(/* server= */ false);
            Http2Windows.install(connection);
            connection(connection);
            initialSettings(Http2Settings.defaultSettings()
                    .pushEnabled(false)
                    .initialWindowSize(settings.http2().streamWindowBytes())
                    .maxHeaderListSize(settings.limits().maxHeadBytes()));
            validateHeaders(true);
            encoderEnforceMaxQueuedControlFrames(settings.http2().maxQueuedReplies());
        }

        @Override
        protected Http2ServiceConnection build() {
            return super.build();
        }

        @Override
        protected Http2ServiceConnection build(
                Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings initialSettings) {
            return new Http2ServiceConnection(settings, decoder, encoder, initialSettings);
        }
    }

    /**
     * Opens the stream of the session.
     *
     * @param whenClosed called once, on the loop
     */
    void open(StreamUpstream upstream, EventLoop loop, ClientFacts client, Runnable whenClosed) {
        idle = new Deadline(loop);
        onClosed = whenClosed;
        upstream.openStream(loop, client, new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel stream) {
                stream.config().setAutoRead(false);
                stream.pipeline().addLast(Http2ServiceConnection.this);
            }
        });
    }

    /** Whether it can take one more request. */
    boolean hasRoom() {
        int limit =
                Math.min(settings().http2().maxStreams(), connection().local().maxActiveStreams());
        return !retired && requests.size() < limit;
    }

    /** Takes note of a request that is about to be sent; to be followed by {@link #remove}. */
    void add(Http2ServiceStream request) {
        idle.clear();
        requests.add(request);
    }

    void remove(Http2ServiceStream request) {
        if (requests.remove(request) && requests.isEmpty()) {
            if (retired) {
                end();
            } else {
                idle.set(settings().timeouts().idle(), this::retire);
            }
        }
    }

    boolean isEstablished() {
        return established;
    }

    /** Whether the service has said what it can; each request is told when it does. */
    boolean isSettled() {
        return settled;
    }

    /** Whether it takes an extended CONNECT (RFC 8441 section 3). */
    boolean takesExtendedConnect() {
        return takesExtendedConnect;
    }

    /**
     * Opens a stream with its head.
     *
     * @return the stream; {@code null} if the connection has none left, which ends it behind its other requests
     */
    Http2Stream begin(Http2ServiceStream request, Http2Headers head, boolean end) {
        int id = connection().local().incrementAndGetNextStreamId();
        if (id < 0) {
            retire();
            return null;
        }
        writeHeaders(id, head, end);
        Http2Stream stream = connection().stream(id);
        if (stream != null) {
            bind(stream, request);
        }
        return stream;
    }

    private void retire() {
        retired = true;
        idle.clear();
        if (requests.isEmpty()) {
            end();
        }
    }

    private void end() {
        if (channel().isActive()) {
            goAway(
                    context(),
                    connection().remote().lastStreamCreated(),
                    Http2Error.NO_ERROR.code(),
                    Unpooled.EMPTY_BUFFER,
                    context().newPromise());
            flush(context());
            channel().close();
        }
    }

    // ---- the stream of the session

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) throws Exception {
        if (event == StreamEstablished.INSTANCE) {
            established = true;
            forEachRequest(Http2ServiceStream::onEstablished);
        } else if (event == SessionDrained.INSTANCE) {
            retire();
        } else if (event instanceof DrainDeadline deadline) {
            retired = true;
            forEachRequest(request -> request.onDrainDeadline(deadline));
            retire();
        } else {
            super.userEventTriggered(ctx, event);
        }
    }

    private void forEachRequest(Consumer<Http2ServiceStream> action) {
        new ArrayList<>(requests).forEach(action);
    }

    /** Remembered only: what came in before is told first. */
    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable thrown) throws Exception {
        if (thrown instanceof Http2Exception) {
            super.exceptionCaught(ctx, thrown);
            return;
        }
        if (!(thrown instanceof IOException)) {
            LOG.error("http: a fault of ours on a service's connection; it is closed", thrown);
        }
        if (cause == null) {
            cause = thrown;
        }
        ctx.close();
    }

    @Override
    protected void onConnectionError(
            ChannelHandlerContext ctx, boolean outbound, Throwable thrown, Http2Exception embedded) {
        if (embedded == null && !(thrown instanceof IOException)) {
            LOG.error("http: a fault of ours on a service's connection; it is ended", thrown);
        }
        retired = true;
        forEachRequest(request -> request.fail(
                FailureDecision.Ending.BAD_RESPONSE, "it broke the rules of HTTP/2: " + thrown.getMessage()));
        super.onConnectionError(ctx, outbound, thrown, embedded);
    }

    @Override
    protected void onStreamError(
            ChannelHandlerContext ctx, boolean outbound, Throwable thrown, Http2Exception.StreamException error) {
        Http2ServiceStream known = streamOf(error.streamId());
        if (known != null) {
            known.fail(FailureDecision.Ending.BAD_RESPONSE, "it broke the rules of HTTP/2: " + error.getMessage());
        }
        super.onStreamError(ctx, outbound, thrown, error);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        retired = true;
        idle.dispose();
        onClosed.run();
        forEachRequest(this::failWithConnection);
        super.channelInactive(ctx);
    }

    private void failWithConnection(Http2ServiceStream request) {
        if (cause instanceof StreamClosedException closed) {
            established |= closed.isEstablished();
            request.fail(
                    endingOf(closed),
                    closed.reason() == StreamClosedException.Cause.RESET
                            ? "it reset the connection"
                            : "its session was lost");
        } else {
            request.fail(FailureDecision.Ending.SESSION_LOST, "it ended the connection");
        }
    }

    private static FailureDecision.Ending endingOf(StreamClosedException closed) {
        return switch (closed.reason()) {
            case RESET -> FailureDecision.Ending.RESET;
            case SESSION_LOST -> FailureDecision.Ending.SESSION_LOST;
            case NEVER_SENT -> FailureDecision.Ending.NEVER_SENT;
        };
    }

    private final class FromService extends Frames {
        @Override
        public void onSettingsRead(ChannelHandlerContext ctx, Http2Settings told) {
            settled = true;
            takesExtendedConnect |= Boolean.TRUE.equals(told.connectProtocolEnabled());
            forEachRequest(Http2ServiceStream::onSettled);
        }

        @Override
        public void onGoAwayRead(ChannelHandlerContext ctx, int lastStreamId, long errorCode, ByteBuf debugData) {
            // First, or what it did not see would come back here.
            retired = true;
            forEachRequest(request -> request.onGoAway(lastStreamId));
            retire();
        }
    }

    private final class Streams extends Http2ConnectionAdapter {
        @Override
        public void onStreamClosed(Http2Stream stream) {
            Http2ServiceStream known = streamOf(stream);
            if (known != null) {
                known.onClosed("the stream was closed");
            }
        }
    }
}
