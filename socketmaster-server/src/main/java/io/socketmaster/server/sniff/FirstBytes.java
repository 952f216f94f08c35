package io.socketmaster.server.sniff;

/** What the first bytes of a connection say. */
public enum FirstBytes {
    /** A TLS handshake record. */
    TLS,
    /** A method and a space: HTTP/1.x, or a text protocol that looks like it. */
    HTTP_1,
    /** The whole connection preface of HTTP/2 with prior knowledge (RFC 9113 section 3.4). */
    HTTP_2,
    /** A PROXY protocol version 1 line; the connection proper begins after it. */
    PROXY_V1,
    /** A PROXY protocol version 2 header; the connection proper begins after it. */
    PROXY_V2,
    /** None of these, whatever comes next. */
    UNKNOWN,
    /** What has arrived is the beginning of more than one of these. */
    NEED_MORE
}
