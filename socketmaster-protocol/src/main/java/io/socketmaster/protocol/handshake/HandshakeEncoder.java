package io.socketmaster.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.SocketDefinition.HttpRule;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.TextWriter;
import java.util.Optional;

/** A {@link ControlRequest} to bytes: the client library's side of the handshake. Safe for any thread. */
public final class HandshakeEncoder {
    private HandshakeEncoder() {}

    /**
     * The whole request in one buffer, which the caller owns. It holds the private key and the token, or the lane's key:
     * write it, release it and never log it.
     *
     * <p>The daemon's own decoder has read it before it is returned, so what the daemon would refuse for its form is
     * refused here, in the same words and before anything is sent.
     *
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} naming the field
     */
    public static ByteBuf encode(ControlRequest request, ByteBufAllocator allocator) throws ProtocolException {
        ByteBuf out = allocator.buffer();
        boolean done = false;
        try {
            if (request instanceof HandshakeRequest registration) {
                write(registration, out);
            } else {
                write((LaneRequest) request, out);
            }
            requireReadable(out);
            done = true;
            return out;
        } finally {
            if (!done) {
                out.release();
            }
        }
    }

    private static void write(HandshakeRequest request, ByteBuf out) throws ProtocolException {
        SocketDefinition definition = request.definition();
        Optional<HttpRule> http = definition.http();
        Optional<TlsMaterial> tls = definition.tls();
        Optional<RegistrationOptions> options = request.options();

        writeString(out, "address", definition.address());
        out.writeLong(definition.port());
        out.writeByte((http.isPresent() ? Flags.HTTP : Flags.NONE)
                | (tls.isPresent() ? Flags.TLS : Flags.NONE)
                | (options.isPresent() ? Flags.EXTENSION : Flags.NONE));
        if (http.isPresent()) {
            writeString(out, "domainSuffix", http.get().domainSuffix());
            writeString(out, "pathPrefix", http.get().pathPrefix());
        }
        if (tls.isPresent()) {
            writeString(out, "certificate", tls.get().certificatePem());
            writeString(out, "key", tls.get().keyPem());
        }
        if (options.isPresent()) {
            writeExtension(out, OptionsJson.write(options.get()));
        }
    }

    private static void write(LaneRequest lane, ByteBuf out) throws ProtocolException {
        writeString(out, "address", "");
        out.writeLong(0);
        out.writeByte(Flags.LANE | Flags.EXTENSION);
        writeExtension(out, LaneJson.write(lane));
    }

    private static void writeExtension(ByteBuf out, String json) throws ProtocolException {
        out.writeByte(Flags.EXTENSION_MARK);
        TextWriter.write(out, LengthPrefix.UINT32, json, "extension");
    }

    private static void writeString(ByteBuf out, String field, String text) throws ProtocolException {
        TextWriter.write(out, LengthPrefix.UINT64, text, field);
    }

    private static void requireReadable(ByteBuf written) throws ProtocolException {
        ByteBuf view = written.duplicate();
        if (new HandshakeDecoder().decode(view).isEmpty() || view.isReadable()) {
            throw new IllegalStateException("encoder and decoder of the handshake disagree on its length");
        }
    }
}
