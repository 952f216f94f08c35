package io.socketmaster.server.http;

/**
 * One finished exchange.
 *
 * @param method as the client wrote it; empty if the head was never understood
 * @param host as the client wrote it; may be empty
 * @param path as the client wrote it, without the query, which may carry secrets; may be empty
 * @param status of the response that the client got; 0 if none began
 * @param requestBytes bytes of the request's body, or to the service after an upgrade
 * @param responseBytes bytes of the response's body, or to the client after an upgrade
 * @param nanos from the request's head to the end
 * @param service name of the service; empty if none was found
 * @param end how it ended
 * @param reason one sentence, empty if there is nothing to explain
 */
public record ExchangeSummary(
        String method,
        String host,
        String path,
        int status,
        long requestBytes,
        long responseBytes,
        long nanos,
        String service,
        End end,
        String reason) {
    /** How an exchange ended. */
    public enum End {
        /** The service's response was passed on to its end. */
        COMPLETE,
        /** We answered ourselves: no route, a refusal, a lost service. */
        OWN_ANSWER,
        /** The response was cut off visibly. */
        TRUNCATED,
        /** The client went away before the end. */
        CLIENT_GONE,
        /** The connection was switched to another protocol, and that has ended. */
        UPGRADED
    }
}
