package io.socketmaster.server.http;

import io.netty.buffer.ByteBufAllocator;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ReplayBudget;
import io.socketmaster.server.relay.ReplayBuffer;
import java.util.Optional;

/**
 * Where every checked request goes, whatever wire it came on: to its service, or to an answer that says why not. Also tells
 * of the requests that never get that far. On the client's event loop.
 */
final class Reception {
    private final HttpSettings settings;
    private final HttpRoutes routes;
    private final HttpEvents events;
    private final ReplayBudget budget;
    private final ServiceStreams services;

    Reception(
            HttpSettings settings, HttpRoutes routes, HttpEvents events, ReplayBudget budget, ServiceStreams services) {
        this.settings = settings;
        this.routes = routes;
        this.events = events;
        this.budget = budget;
        this.services = services;
    }

    /**
     * Finds who answers {@code head}; if that is nobody, the client has its answer when this returns.
     *
     * @param head gets its forwarding fields here
     * @param tls what the connection's certificate may be used for; empty in clear text
     * @param startNanos when the head was complete
     * @return to be started by the caller
     */
    Optional<Exchange> receive(
            RequestHead head, ClientSide client, ByteBufAllocator alloc, Optional<TlsScope> tls, long startNanos) {
        String path = head.target().equals("*") ? "/" : head.target();
        HttpRoutes.Match match = routes.find(head.host(), path, tls);
        if (match instanceof HttpRoutes.Found found) {
            client.forwarding().apply(head.fields(), head.host(), RequestIds::next);
            ReplayBuffer kept = new ReplayBuffer(settings.replay().requestBytes(), budget, alloc);
            return Optional.of(
                    new Exchange(settings, events, services, client, head, found.target(), kept, startNanos));
        }
        OwnAnswer answer = answerTo(match, tls.isPresent());
        tell(head.method(), head.host(), head.path(), answer, startNanos);
        client.answer(answer);
        return Optional.empty();
    }

    private static OwnAnswer answerTo(HttpRoutes.Match match, boolean tls) {
        if (match instanceof HttpRoutes.Bad bad) {
            return OwnAnswer.badTarget(bad.reason());
        }
        if (match instanceof HttpRoutes.NoRoute none) {
            return none.fitsOtherScheme() ? OwnAnswer.otherScheme(tls) : OwnAnswer.noRoute();
        }
        return OwnAnswer.misdirected();
    }

    /** A request could not be understood, and gets this answer. */
    void tellRefused(OwnAnswer answer, long startNanos) {
        tell("", "", "", answer, startNanos);
    }

    /** A request could not even be decoded, and its stream ends without an answer. */
    void tellBroken(String reason) {
        events.onExchange(new ExchangeSummary("", "", "", 0, 0, 0, 0, "", ExchangeSummary.End.OWN_ANSWER, reason));
    }

    private void tell(String method, String host, String path, OwnAnswer answer, long startNanos) {
        events.onExchange(new ExchangeSummary(
                method,
                host,
                path,
                answer.status(),
                0,
                answer.bodyBytes(method),
                System.nanoTime() - startNanos,
                "",
                ExchangeSummary.End.OWN_ANSWER,
                answer.reason()));
    }
}
