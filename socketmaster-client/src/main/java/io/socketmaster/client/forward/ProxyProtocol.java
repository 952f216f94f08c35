package io.socketmaster.client.forward;

/** What a program is told of the client ahead of the client's bytes (haproxy's {@code proxy-protocol.txt}). */
public enum ProxyProtocol {
    /** Nothing: the program gets what the client sends. */
    NONE,
    /** A line of text with the addresses. */
    V1,
    /** The binary header, with the addresses and what was agreed in TLS. */
    V2
}
