package io.socketmaster.server.http;

/** What is worth knowing of HTTP traffic. Called on event loops: implementations return at once and do not throw. */
public interface HttpEvents {
    /** A request was answered, or came to another end. Once for each request, also for refused ones. */
    void onExchange(ExchangeSummary summary);

    /**
     * A service broke the rules of HTTP in a way that its client was shielded from, or got a 502 for.
     *
     * @param service its name
     * @param sentence what it did
     */
    void onServiceFault(String service, String sentence);

    /**
     * A request whose stream failed is sent again, or waits to be (contract section 5).
     *
     * @param service its name
     * @param sessionId the session that failed it
     * @param method the request's
     * @param row the row of the table that allows it, such as {@code acknowledged-idempotent}
     */
    default void onReplayed(String service, String sessionId, String method, String row) {}
}
