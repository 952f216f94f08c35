package io.socketmaster.server.http;

/**
 * What a client wants to speak in place of HTTP.
 *
 * @param protocols as HTTP/1.1 lists them in its field Upgrade
 * @param byConnect whether the client asked with an extended CONNECT (RFC 8441 section 4): then it means its one stream, has no
 *     key, and takes a 200 for a yes
 */
record Upgrade(String protocols, boolean byConnect) {
    /** The one protocol that a stream of HTTP/2 can be turned into here. */
    static final Upgrade WEBSOCKET_BY_CONNECT = new Upgrade("websocket", true);
}
