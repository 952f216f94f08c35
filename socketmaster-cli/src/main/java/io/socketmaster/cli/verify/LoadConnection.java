package io.socketmaster.cli.verify;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.ssl.SslContext;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One of the client's connections: made when a request needs it, kept for the next, made again after it was closed. Fields
 * belong to the generator's event loop.
 */
final class LoadConnection implements Wire.Sender {
    /** How connections of one load are made, and whom they tell that they can take the next request. */
    record Factory(
            Bootstrap bootstrap,
            Target target,
            Optional<SslContext> tls,
            Supplier<FullHttpRequest> requests,
            boolean idempotent,
            Consumer<LoadConnection> onFree) {}

    private final Factory factory;
    private Wire wire;
    private PlannedRequest current;

    LoadConnection(Factory factory) {
        this.factory = factory;
    }

    /** Carries {@code request}; there must be none under way. */
    void send(PlannedRequest request) {
        assert current == null : "one request at a time";
        current = request;
        request.carrier(this);
        if (wire != null && wire.isOpen()) {
            wire.send(factory.requests().get());
        } else {
            connect();
        }
    }

    private void connect() {
        Wire fresh = new Wire(this);
        wire = fresh;
        factory.bootstrap()
                .clone()
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        Target target = factory.target();
                        factory.tls()
                                .ifPresent(context -> channel.pipeline()
                                        .addLast(context.newHandler(channel.alloc(), target.host(), target.port())));
                        fresh.install(channel.pipeline());
                    }
                })
                .connect()
                .addListener(connected -> {
                    if (wire != fresh) {
                        fresh.abandon();
                    } else if (connected.isSuccess()) {
                        fresh.send(factory.requests().get());
                    } else {
                        wire = null;
                        lose(Loss.CONNECTION, "could not connect: " + Wire.describe(connected.cause()));
                    }
                });
    }

    /** The request under way took too long: its answer, should it come, belongs to nobody. */
    void timedOut(Duration timeout) {
        close();
        lose(Loss.TIMEOUT, "no whole answer within " + timeout.toMillis() + " ms");
    }

    void close() {
        Wire abandoned = wire;
        wire = null;
        if (abandoned != null) {
            abandoned.abandon();
        }
    }

    @Override
    public void onAnswer(HttpResponseStatus status, boolean reusable) {
        if (!reusable) {
            wire = null;
        }
        PlannedRequest request = current;
        current = null;
        request.answered(status.code(), status.reasonPhrase());
        factory.onFree().accept(this);
    }

    /**
     * A kept-alive connection may be closed in the same moment in which the next request is sent. The request has not been
     * answered in any part, so a client may repeat it if it is idempotent (RFC 9110 section 9.2.2), and all do, once.
     */
    @Override
    public void onClosedWithoutAnswer(String detail, boolean hadAnsweredBefore) {
        wire = null;
        if (hadAnsweredBefore && factory.idempotent() && !current.wasRetried()) {
            current.retry();
            connect();
        } else {
            lose(Loss.CONNECTION, detail);
        }
    }

    @Override
    public void onTruncated(String detail) {
        wire = null;
        lose(Loss.TRUNCATED, detail);
    }

    @Override
    public void onIdleClosed() {
        // A wire that was given up tells of its end too; send() looks whether the present one is open.
    }

    private void lose(Loss kind, String detail) {
        PlannedRequest request = current;
        current = null;
        request.lost(kind, detail);
        factory.onFree().accept(this);
    }
}
