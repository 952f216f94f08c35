package io.socketmaster.server.http;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.Optional;

/**
 * A request's head as an exchange hands it on, whatever wire it came from and goes to.
 *
 * @param method case as the client wrote it
 * @param host host and port as the client wrote them; empty if it named none
 * @param target path and query as the client wrote them, or {@code *}
 * @param fields the end-to-end fields, without {@code Host} and {@code Content-Length}; owned by the exchange
 * @param body how long the body is
 * @param upgrade what the client wants to speak in place of HTTP, if it does
 * @param acceptsTrailers the client said {@code TE: trailers}
 * @param expectsContinue the client waits for a 100 before it sends the body
 */
record RequestHead(
        String method,
        String host,
        String target,
        HttpHeaders fields,
        BodyLength body,
        Optional<Upgrade> upgrade,
        boolean acceptsTrailers,
        boolean expectsContinue) {
    boolean isHead() {
        return method.equals("HEAD");
    }

    /** Whether it may be sent a second time, whatever became of the first: nothing of it can be missing, and nothing happens twice. */
    boolean isRepeatable() {
        return body.kind() == BodyLength.Kind.NONE && upgrade.isEmpty() && FailureDecision.isIdempotent(method);
    }

    /** Whether the client has turned its stream of HTTP/2 over to another protocol, and waits for a yes. */
    boolean isExtendedConnect() {
        return upgrade.isPresent() && upgrade.get().byConnect();
    }

    /** The target without its query. */
    String path() {
        int query = target.indexOf('?');
        return query < 0 ? target : target.substring(0, query);
    }
}
