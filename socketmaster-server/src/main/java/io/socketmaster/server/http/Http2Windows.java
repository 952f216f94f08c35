package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.DefaultHttp2LocalFlowController;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;

/**
 * The codec's flow control, with two of its verdicts as RFC 9113 wants them: an error of the whole connection stays one. The
 * channel's event loop owns every field.
 */
final class Http2Windows {
    private Http2Windows() {}

    /** For both directions of {@code connection}. Priorities are accepted and ignored. */
    static void install(Http2Connection connection) {
        connection.local().flowController(new Inbound(connection));
        connection.remote().flowController(new Outbound(connection));
    }

    /**
     * What the peer may send. Past the connection's window (section 6.9.1), the codec gives the bytes back to a stream that
     * never had them, and by that mistakes the breach for a fault of its own with that stream.
     */
    private static final class Inbound extends DefaultHttp2LocalFlowController {
        private Http2Exception breach;

        Inbound(Http2Connection connection) {
            super(connection);
        }

        @Override
        public void receiveFlowControlledFrame(Http2Stream stream, ByteBuf data, int padding, boolean endOfStream)
                throws Http2Exception {
            try {
                super.receiveFlowControlledFrame(stream, data, padding, endOfStream);
            } catch (Http2Exception e) {
                if (!Http2Exception.isStreamError(e)) {
                    breach = e;
                }
                throw e;
            }
        }

        @Override
        public boolean consumeBytes(Http2Stream stream, int bytes) throws Http2Exception {
            if (breach != null) {
                throw breach;
            }
            return super.consumeBytes(stream, bytes);
        }
    }

    /** What we may send. A setting that makes a window too large (section 6.9.2) is not the error of the first such stream. */
    private static final class Outbound extends DefaultHttp2RemoteFlowController {
        Outbound(Http2Connection connection) {
            super(connection, new UniformStreamByteDistributor(connection));
        }

        @Override
        public void initialWindowSize(int bytes) throws Http2Exception {
            try {
                super.initialWindowSize(bytes);
            } catch (Http2Exception.StreamException tooLarge) {
                throw Http2Exception.connectionError(tooLarge.error(), tooLarge, "%s", tooLarge.getMessage());
            }
        }
    }
}
