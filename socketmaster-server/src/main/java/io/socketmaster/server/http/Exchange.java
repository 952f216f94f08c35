package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.LastHttpContent;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.Relay;
import io.socketmaster.server.relay.RelayEnd;
import io.socketmaster.server.relay.ReplayBuffer;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;
import io.socketmaster.server.service.Refusal;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/**
 * One request's life: it asks for a session, waits, is sent over a stream, and its response goes back; both bodies move only
 * as fast as their receiver takes them. It knows neither side's wire format. The client's event loop owns every field;
 * the applicant's methods may be called from any thread and hop there.
 *
 * <p>Whoever ends an exchange ends all of it: {@link #finish} is the one place.
 */
final class Exchange implements Applicant<StreamUpstream>, ServiceSide.Listener {
    private enum Phase {
        /** Asked for a session. */
        WAITING,
        /** Sent, or being sent, to a service. */
        SENT,
        /** A part of the response was passed on. */
        ANSWERING,
        /** The two channels are joined, and HTTP is out of the way. */
        UPGRADED,
        OVER
    }

    private final HttpSettings settings;
    private final HttpEvents events;
    private final ServiceStreams services;
    private final ClientSide client;
    private final RequestHead head;
    private final HttpTarget target;
    private final EventLoop loop;
    private final long startNanos;
    private final ReplayBuffer sent;

    private Phase phase = Phase.WAITING;
    /** {@code null} until the client has ended its output. */
    private Deadline hangUp;

    private HttpTarget.Admission admission;
    private Grant<StreamUpstream> grant;
    private ServiceSide service;
    private boolean established;
    private boolean sentOnceMore;
    /** A stream that had been kept for this request turned out to have ended. */
    private boolean streamWasOld;

    private boolean requestEnded;
    private boolean halfClosed;
    private HttpHeaders trailers = LastHttpContent.EMPTY_LAST_CONTENT.trailingHeaders();
    private int status;
    private long requestBytes;
    private long responseBytes;

    /**
     * @param services what is open to services already
     * @param head with its forwarding fields already set
     * @param sent for what is sent of the body; empty, and released by this
     * @param startNanos when the head was complete
     */
    Exchange(
            HttpSettings settings,
            HttpEvents events,
            ServiceStreams services,
            ClientSide client,
            RequestHead head,
            HttpTarget target,
            ReplayBuffer sent,
            long startNanos) {
        this.settings = settings;
        this.events = events;
        this.services = services;
        this.client = client;
        this.head = head;
        this.target = target;
        this.loop = client.loop();
        this.startNanos = startNanos;
        this.sent = sent;
    }

    /**
     * Begins.
     *
     * @param ended whether the request has no body
     */
    void start(boolean ended) {
        assert loop.inEventLoop();
        requestEnded = ended;
        ask(() -> target.admit(this));
    }

    // ---- waiting for a session

    private void ask(Supplier<HttpTarget.Admission> question) {
        phase = Phase.WAITING;
        HttpTarget.Admission asked = question.get();
        if (phase == Phase.WAITING && admission == null) {
            admission = asked;
            if (halfClosed) {
                onClientHalfClosed();
            }
        }
    }

    @Override
    public void onGranted(Grant<StreamUpstream> granted) {
        if (loop.inEventLoop()) {
            send(granted);
            return;
        }
        try {
            loop.execute(() -> send(granted));
        } catch (RejectedExecutionException stopped) {
            // The loop is gone, and the client with it.
            granted.ended();
        }
    }

    @Override
    public void onRefused(Refusal refusal) {
        if (loop.inEventLoop()) {
            refuse(refusal);
            return;
        }
        try {
            loop.execute(() -> refuse(refusal));
        } catch (RejectedExecutionException stopped) {
            // The loop is gone, and the client with it: nobody is left to be told.
            return;
        }
    }

    private void refuse(Refusal refusal) {
        if (phase == Phase.WAITING) {
            answer(OwnAnswer.refused(refusal));
        }
    }

    private void send(Grant<StreamUpstream> granted) {
        if (phase != Phase.WAITING) {
            granted.ended();
            return;
        }
        forgetHangUp();
        admission = null;
        grant = granted;
        phase = Phase.SENT;
        established = false;
        sendOver(serviceSide(granted.upstream()));
    }

    private ServiceSide serviceSide(StreamUpstream upstream) {
        if (upstream.speaksHttp2()) {
            return new Http2ServiceStream(loop, services.http2(), settings.limits(), head, this);
        }
        StreamKeeper kept = keeperOf(upstream);
        Http1ServiceStream stream = head.isRepeatable() && !streamWasOld ? kept.take(upstream) : null;
        if (stream == null) {
            stream = new Http1ServiceStream(loop, settings.limits(), kept);
        }
        stream.begin(head, this);
        return stream;
    }

    private StreamKeeper keeperOf(StreamUpstream upstream) {
        return upstream.isAnonymous() && !ConnectionAuth.isUsed(head.fields())
                ? services.http1().on(loop)
                : client.keptStreams();
    }

    private void sendOver(ServiceSide stream) {
        service = stream;
        stream.open(grant.upstream(), client.facts());
        if (service != stream) {
            return;
        }
        stream.sendHead();
        sent.copy().ifPresent(stream::sendBody);
        if (requestEnded) {
            stream.sendEnd(trailers);
        }
        stream.flush();
        stream.read();
        pumpRequest();
    }

    // ---- the request's body

    /** A piece of the request's body, given away. */
    void onRequestBody(ByteBuf data) {
        requestBytes += data.readableBytes();
        sent.keep(data);
        if (service == null) {
            data.release();
            if (phase == Phase.WAITING && !sent.isWhole()) {
                answer(OwnAnswer.badGateway(
                        "the session that it was sent to is gone", FailureDecision.Row.NOT_KEPT.sentence()));
            }
            return;
        }
        service.sendBody(data);
        forgetWhatIsTooLong();
        pumpRequest();
    }

    /** The end of the request's body. */
    void onRequestEnd(HttpHeaders fields) {
        requestEnded = true;
        trailers = HopByHop.stripTrailers(fields);
        if (service != null) {
            service.sendEnd(trailers);
            service.flush();
        }
    }

    /** What one read of the client brought has been told. */
    void onRequestFlush() {
        if (service != null) {
            service.flush();
        }
    }

    /** Once the service has taken the stream, nobody waits any more for what is kept. */
    private void forgetWhatIsTooLong() {
        if (established && !sent.hasRoom()) {
            sent.release();
        }
    }

    private void pumpRequest() {
        if (!requestEnded && service != null && service.isWritable() && (established || sent.hasRoom())) {
            client.readBody();
        }
    }

    @Override
    public void onServiceWritable() {
        pumpRequest();
    }

    @Override
    public void onEstablished() {
        established = true;
        grant.established();
        // From here on the request may have been carried out: see FailureDecision.
        if (!FailureDecision.isIdempotent(head.method()) && !service.mayRefuseLate()) {
            sent.release();
        }
        forgetWhatIsTooLong();
        pumpRequest();
    }

    // ---- the response

    @Override
    public void onInformational(HttpResponseStatus informational, HttpHeaders fields) {
        client.sendInformational(informational, fields);
        client.flush();
    }

    @Override
    public void onResponseHead(ResponseHead response) {
        phase = Phase.ANSWERING;
        sent.release();
        status = response.status().code();
        client.sendHead(response);
        pumpResponse();
    }

    @Override
    public void onResponseBody(ByteBuf data) {
        responseBytes += data.readableBytes();
        client.sendBody(data);
        pumpResponse();
    }

    @Override
    public void onResponseFlush() {
        client.flush();
    }

    private void pumpResponse() {
        if (service != null && client.isWritable()) {
            service.read();
        }
    }

    /** The client takes more. */
    void onClientWritable() {
        if (phase == Phase.ANSWERING) {
            pumpResponse();
        }
    }

    @Override
    public void onResponseEnd(HttpHeaders fields) {
        finish(ExchangeSummary.End.COMPLETE, "");
        client.sendEnd(fields);
    }

    @Override
    public void onSwitched(ResponseHead response) {
        phase = Phase.UPGRADED;
        sent.release();
        grant.longLived();
        status = response.status().code();
        forgetHangUp();
        ServiceSide stream = service;
        Channel frontend = client.switchProtocols(response);
        Relay relay = isWebSocket(response)
                ? Relay.joinWebSocket(frontend, stream.takeChannel(), this::onRelayEnd)
                : Relay.join(frontend, stream.takeChannel(), this::onRelayEnd);
        // First what the service sent behind its 101, then what the client sent ahead of it: either way in order.
        stream.leave();
        client.leave();
        relay.start();
    }

    /** RFC 6455 section 4.2.2. */
    private static boolean isWebSocket(ResponseHead response) {
        return "websocket".equalsIgnoreCase(response.fields().get(HttpHeaderNames.UPGRADE));
    }

    private void onRelayEnd(RelayEnd end) {
        requestBytes += end.bytesToService();
        responseBytes += end.bytesToClient();
        service = null;
        finish(ExchangeSummary.End.UPGRADED, end.reason());
    }

    // ---- ends before the end

    @Override
    public void onServiceFault(String sentence) {
        events.onServiceFault(target.name(), sentence);
    }

    @Override
    public void onFailed(ServiceFailure failure) {
        if (failure.ending() == FailureDecision.Ending.BAD_RESPONSE) {
            events.onServiceFault(target.name(), failure.sentence());
        }
        FailureDecision.Row row = FailureDecision.decide(evidenceOf(failure), settings.replay());
        switch (row.action()) {
            case SEND_AGAIN -> sendAgain(row);
            case SEND_ON_NEW_STREAM -> sendOnNewStream(row);
            case SEND_ELSEWHERE -> sendElsewhere(row);
            case ANSWER -> answer(OwnAnswer.badGateway(failure.sentence(), row.sentence()));
            case TRUNCATE -> {
                finish(ExchangeSummary.End.TRUNCATED, failure.sentence());
                client.truncate(failure.sentence());
            }
        }
    }

    private FailureDecision.Evidence evidenceOf(ServiceFailure failure) {
        FailureDecision.Response response = FailureDecision.Response.NONE;
        if (phase == Phase.ANSWERING) {
            response = FailureDecision.Response.PASSED_ON;
        } else if (failure.responseHeard()) {
            response = FailureDecision.Response.HEARD;
        }
        return new FailureDecision.Evidence(
                head.method(),
                failure.ending(),
                failure.acknowledged(),
                service.isReused(),
                grant.upstream().acknowledgesFirst(),
                response,
                sent.isWhole(),
                sentOnceMore);
    }

    private void sendAgain(FailureDecision.Row row) {
        Grant<StreamUpstream> failed = grant;
        grant = null;
        service = null;
        sentOnceMore |= established;
        events.onReplayed(target.name(), failed.upstream().sessionId(), head.method(), row.label());
        ask(() -> target.admitAgain(this, failed));
    }

    private void sendOnNewStream(FailureDecision.Row row) {
        streamWasOld = true;
        established = false;
        events.onReplayed(target.name(), grant.upstream().sessionId(), head.method(), row.label());
        sendOver(serviceSide(grant.upstream()));
    }

    private void sendElsewhere(FailureDecision.Row row) {
        Grant<StreamUpstream> failed = grant;
        grant = null;
        service = null;
        sentOnceMore = true;
        events.onReplayed(target.name(), failed.upstream().sessionId(), head.method(), row.label());
        // If nobody else can take it, and what gave it up is dead, that refuses this stream, and the request waits.
        ask(() -> target.admitElsewhere(this, failed));
    }

    /** The request cannot go on, by the client's fault. */
    void onRequestFault(HttpFault fault) {
        if (phase == Phase.ANSWERING) {
            finish(ExchangeSummary.End.TRUNCATED, fault.sentence());
            client.truncate(fault.sentence());
        } else {
            answer(OwnAnswer.of(fault));
        }
    }

    /** The client ended its output. It may still wait for the answer, or be gone: while held, only time tells. */
    void onClientHalfClosed() {
        halfClosed = true;
        if (phase == Phase.WAITING) {
            forgetHangUp();
            hangUp = new Deadline(loop);
            hangUp.set(settings.timeouts().heldHalfClose(), () -> answer(OwnAnswer.hungUp()));
        }
    }

    private void forgetHangUp() {
        if (hangUp != null) {
            hangUp.dispose();
            hangUp = null;
        }
    }

    /** The client is lost. */
    void onClientGone(String reason) {
        if (phase != Phase.OVER && phase != Phase.UPGRADED) {
            finish(ExchangeSummary.End.CLIENT_GONE, reason);
        }
    }

    private void answer(OwnAnswer answer) {
        status = answer.status();
        responseBytes = answer.bodyBytes(head.method());
        finish(ExchangeSummary.End.OWN_ANSWER, answer.reason());
        client.answer(answer);
    }

    private void finish(ExchangeSummary.End end, String reason) {
        assert loop.inEventLoop() && phase != Phase.OVER;
        phase = Phase.OVER;
        forgetHangUp();
        sent.release();
        if (admission != null) {
            admission.cancel();
            admission = null;
        }
        if (service != null) {
            if (end == ExchangeSummary.End.COMPLETE && requestEnded) {
                service.finish();
            } else {
                service.reset();
            }
            service = null;
        }
        if (grant != null) {
            grant.ended();
            grant = null;
        }
        events.onExchange(new ExchangeSummary(
                head.method(),
                head.host(),
                head.path(),
                status,
                requestBytes,
                responseBytes,
                System.nanoTime() - startNanos,
                target.name(),
                end,
                reason));
    }
}
