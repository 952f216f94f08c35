package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.socketmaster.server.relay.ClientFacts;

/**
 * The client of one exchange, whatever HTTP it speaks. In return it calls the exchange's {@code onRequest…} and {@code
 * onClient…} methods. Everything on its loop.
 *
 * <p>In order: any number of informational heads, then either {@link #answer}, or a head, body and end; {@link #truncate} at
 * any time.
 */
interface ClientSide {
    EventLoop loop();

    ClientFacts facts();

    /** What services are told of the client. */
    ForwardingHeaders forwarding();

    /** The streams to HTTP/1.1 services that the client's connection keeps between its requests. */
    KeptStreams keptStreams();

    /** Asks for one more piece of the request's body; does nothing after its end. */
    void readBody();

    /** Whether more of a response may be written: if not, {@code onClientWritable} follows. */
    boolean isWritable();

    void sendInformational(HttpResponseStatus status, HttpHeaders fields);

    void sendHead(ResponseHead head);

    /**
     * @param data given away
     */
    void sendBody(ByteBuf data);

    /** Ends the response. The exchange is over: the next one may begin before this method returns. */
    void sendEnd(HttpHeaders trailers);

    void flush();

    /** Answers in the service's place. The exchange is over. */
    void answer(OwnAnswer answer);

    /**
     * Ends the response so that the client cannot take it for whole. The exchange is over.
     *
     * @param reason for clients that can be told
     */
    void truncate(String reason);

    /**
     * Says yes to an Upgrade, and gives away the channel that it means: raw bytes may be written to it; {@link #leave()}
     * follows.
     *
     * @param head a 101, whatever the wire has in its place
     */
    Channel switchProtocols(ResponseHead head);

    /** Takes everything HTTP out of the channel; bytes that were read too early go to the handlers that stay. */
    void leave();
}
