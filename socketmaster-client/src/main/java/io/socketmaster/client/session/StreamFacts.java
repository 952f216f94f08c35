package io.socketmaster.client.session;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import io.socketmaster.protocol.proxy.ProxyHeader;

/** What is known of the client behind a stream, as an attribute of its channel. */
public final class StreamFacts {
    private static final AttributeKey<ProxyHeader> HEADER = AttributeKey.valueOf(StreamFacts.class, "header");

    private StreamFacts() {}

    /** The header that the daemon sent ahead of the client's bytes; one that says nothing if it sent none. Any thread. */
    public static ProxyHeader of(Channel stream) {
        ProxyHeader header = stream.attr(HEADER).get();
        return header == null ? ProxyHeader.local() : header;
    }

    static void set(Channel stream, ProxyHeader header) {
        stream.attr(HEADER).set(header);
    }
}
