package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.StreamUpstream;

/** One request on its way in a service, whatever HTTP that speaks. Everything on the exchange's loop. */
interface ServiceSide {
    /** Opens the stream, if it is not open already; the listener may be called before this method returns. */
    void open(StreamUpstream upstream, ClientFacts client);

    /** Whether an earlier request has used the stream, so that the service may have ended it before it saw this one. */
    default boolean isReused() {
        return false;
    }

    /**
     * Whether the service may say that it has not seen a request even after {@code onEstablished}, so that it is worth keeping
     * one that must not be carried out twice.
     */
    default boolean mayRefuseLate() {
        return false;
    }

    void sendHead();

    /**
     * @param data given away
     */
    void sendBody(ByteBuf data);

    void sendEnd(HttpHeaders trailers);

    void flush();

    /** Whether more of the request may be written: if not, {@code onServiceWritable} follows. */
    boolean isWritable();

    /** Asks for one more piece of the response. */
    void read();

    /** The response has ended and the request too: lets the stream end in good order. Nothing is told any more. */
    void finish();

    /** Cuts the stream off. Nothing is told any more. */
    void reset();

    /** After a 101: the stream's channel, to which raw bytes may be written; {@link #leave()} follows. */
    Channel takeChannel();

    /** Takes everything HTTP out of the channel; bytes that were read too early go to the handlers that stay. */
    void leave();

    /** What a service's side tells, in this order, each at most once unless it says otherwise. */
    interface Listener {
        /** The service has taken the stream. */
        void onEstablished();

        /** More of the request may be written. Any number of times. */
        void onServiceWritable();

        /** A 1xx other than 101. Any number of times up to the limit. */
        void onInformational(HttpResponseStatus status, HttpHeaders fields);

        /** A 101 that the client asked for, whatever the wire has in its place. */
        void onSwitched(ResponseHead head);

        void onResponseHead(ResponseHead head);

        /**
         * Any number of times.
         *
         * @param data given away
         */
        void onResponseBody(ByteBuf data);

        /** What one read brought has been told. Any number of times. */
        void onResponseFlush();

        void onResponseEnd(HttpHeaders trailers);

        /** The rules were broken, without harm to this response. Any number of times. */
        void onServiceFault(String sentence);

        /** The end, in place of {@link #onResponseEnd}. */
        void onFailed(ServiceFailure failure);
    }
}
