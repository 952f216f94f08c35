package io.socketmaster.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http2.Http2Error;
import io.socketmaster.server.relay.Endings;

/**
 * The end of a client's connection in two steps (RFC 9113 section 6.8): a GOAWAY with the highest number and a PING, so that no
 * request which is on its way is lost; when that is answered, a GOAWAY with the last request's number; when that has ended,
 * the connection. The connection's event loop owns every field.
 */
final class Http2Goodbye {
    private enum Phase {
        SERVING,
        /** The client was told that the end is near; what it began before it heard of that is served. */
        ANNOUNCED,
        /** The client was told which request is the last one. */
        LAST_CALL,
        /** Nothing is read or written any more. */
        OVER
    }

    /** Marks the PING whose answer says that the client has read our first GOAWAY. */
    private static final long GOODBYE_PING = 0x676f6f6462796521L;

    private final Http2FrontConnection connection;
    private final Deadline patience;
    private final Deadline writing;
    private Phase phase = Phase.SERVING;

    /**
     * @param writing that the client takes what is written; at the end this sees to it
     */
    Http2Goodbye(Http2FrontConnection connection, EventLoop loop, Deadline writing) {
        this.connection = connection;
        this.patience = new Deadline(loop);
        this.writing = writing;
    }

    /** Whether the client may begin requests, and knows of no end. */
    boolean isServing() {
        return phase == Phase.SERVING;
    }

    /** Whether nothing is read or written any more. */
    boolean isOver() {
        return phase == Phase.OVER;
    }

    /** The first step. */
    void announce() {
        if (phase != Phase.SERVING || !connection.channel().isActive()) {
            return;
        }
        phase = Phase.ANNOUNCED;
        goAway(Integer.MAX_VALUE);
        connection
                .encoder()
                .writePing(
                        connection.context(),
                        /* ack= */ false,
                        GOODBYE_PING,
                        connection.context().newPromise());
        patience.set(connection.settings().http2().goodbye(), this::callLast);
    }

    void onPingAck(long data) {
        if (phase == Phase.ANNOUNCED && data == GOODBYE_PING) {
            callLast();
        }
    }

    /** The second step: requests that come after this were not seen by us, and the client knows. */
    void callLast() {
        if (phase == Phase.LAST_CALL || phase == Phase.OVER) {
            return;
        }
        phase = Phase.LAST_CALL;
        patience.clear();
        goAway(connection.connection().remote().lastStreamCreated());
        endIfDone();
    }

    private void goAway(int lastStream) {
        connection.goAway(
                connection.context(),
                lastStream,
                Http2Error.NO_ERROR.code(),
                Unpooled.EMPTY_BUFFER,
                connection.context().newPromise());
        connection.flushLater();
    }

    /** Ends the connection if the last request has ended. */
    void endIfDone() {
        if (phase != Phase.LAST_CALL || connection.connection().numActiveStreams() > 0) {
            return;
        }
        phase = Phase.OVER;
        connection.flush(connection.context());
        writing.set(connection.settings().timeouts().writeStall(), () -> Endings.reset(connection.channel()));
        // The input is discarded meanwhile, so that the last answers survive.
        Endings.endOutput(connection.channel())
                .addListener(
                        ended -> writing.set(connection.settings().timeouts().linger(), connection.channel()::close));
        connection.readOn();
    }

    /** The connection ends otherwise. */
    void skip() {
        phase = Phase.OVER;
    }

    /** The channel is gone. */
    void dispose() {
        phase = Phase.OVER;
        patience.dispose();
    }
}
