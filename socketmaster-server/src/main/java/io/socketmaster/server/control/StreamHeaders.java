package io.socketmaster.server.control;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.server.relay.ClientFacts;

/** What a service is told of the client on each stream (contract section 9). */
final class StreamHeaders {
    private StreamHeaders() {}

    /** Writes the PROXY protocol header for {@code facts}. */
    static void write(ClientFacts facts, ByteBuf out) {
        ProxyHeader.of(facts.remote(), facts.local()).write(out);
    }
}
