package io.socketmaster.protocol.handshake;

import io.netty.buffer.ByteBuf;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.SocketDefinition.HttpRule;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.wire.LengthPrefix;
import io.socketmaster.protocol.wire.Text;
import io.socketmaster.protocol.wire.TextReader;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/**
 * Bytes to one {@link ControlRequest}, version 1 or 2: the daemon's side of the handshake.
 *
 * <p>A request passes part by part, in the order of {@link Part}. Each part is consumed and judged when its last byte is
 * there, a length even before the text that it announces; so a fault is reported as early as it can be known. What is
 * incomplete stays unread in the caller's buffer: at most {@link ProtocolLimits#MAX_PEM} bytes, and a call costs the same
 * however many they are. Good for one request; confined to the caller's thread.
 */
public final class HandshakeDecoder {
    /** The parts of a request, in their order on the wire. */
    private enum Part {
        ADDRESS("address", Flags.NONE, ProtocolLimits.MAX_STRING),
        PORT("port", Flags.NONE, Long.BYTES),
        FLAGS("flags", Flags.NONE, Byte.BYTES),
        DOMAIN_SUFFIX("domainSuffix", Flags.HTTP, ProtocolLimits.MAX_STRING),
        PATH_PREFIX("pathPrefix", Flags.HTTP, ProtocolLimits.MAX_STRING),
        CERTIFICATE("certificate", Flags.TLS, ProtocolLimits.MAX_PEM),
        KEY("key", Flags.TLS, ProtocolLimits.MAX_PEM),
        EXTENSION_MARK("extension", Flags.EXTENSION, Byte.BYTES),
        EXTENSION("extension", Flags.EXTENSION, ProtocolLimits.MAX_EXTENSION),
        END("end", Flags.NONE, 0);

        private static final Part[] IN_ORDER = values();

        private final String field;
        private final int onlyWith;
        private final int limit;

        Part(String field, int onlyWith, int limit) {
            this.field = field;
            this.onlyWith = onlyWith;
            this.limit = limit;
        }

        Part following(int flags) {
            Part next = IN_ORDER[ordinal() + 1];
            return (next.onlyWith & ~flags) == 0 ? next : next.following(flags);
        }
    }

    private final TextReader texts = new TextReader();
    private final Map<Part, String> values = new EnumMap<>(Part.class);
    private Part part = Part.ADDRESS;
    private int port;
    private int flags;
    private Optional<ProtocolException> failure = Optional.empty();

    /**
     * The request, or empty if {@code in} does not hold the rest of it yet. What is left unread must be at the front of the
     * buffer of the next call, as Netty's {@code ByteToMessageDecoder} does it. Nothing behind the request is touched.
     *
     * @param in what came and was not consumed; stays the caller's
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST} naming the field and what is wrong with it, never a
     *     certificate, key or token; once thrown, every later call throws it again
     * @throws IllegalStateException if the request was returned before
     */
    public Optional<ControlRequest> decode(ByteBuf in) throws ProtocolException {
        if (failure.isPresent()) {
            throw failure.get();
        }
        if (part == Part.END) {
            throw new IllegalStateException("this decoder has returned its request; a connection has only one");
        }
        try {
            while (take(in)) {
                part = part.following(flags);
                if (part == Part.END) {
                    return Optional.of(request());
                }
            }
            return Optional.empty();
        } catch (ProtocolException e) {
            failure = Optional.of(e);
            throw e;
        }
    }

    /**
     * Whether the peer is known to speak version 2, and so to read a version 2 reply. False until the flags came: to a
     * request that fails before them, a version 1 reply is right, which version 2 peers understand.
     */
    public boolean isVersion2() {
        return (flags & Flags.EXTENSION) != 0;
    }

    private boolean take(ByteBuf in) throws ProtocolException {
        return switch (part) {
            case PORT -> takePort(in);
            case FLAGS -> takeFlags(in);
            case EXTENSION_MARK -> takeExtensionMark(in);
            case EXTENSION -> takeText(in, LengthPrefix.UINT32);
            case ADDRESS, DOMAIN_SUFFIX, PATH_PREFIX, CERTIFICATE, KEY -> takeText(in, LengthPrefix.UINT64);
            case END -> false;
        };
    }

    private boolean takeText(ByteBuf in, LengthPrefix prefix) throws ProtocolException {
        Optional<String> text = texts.read(in, prefix, part.field, part.limit);
        if (text.isEmpty()) {
            return false;
        }
        if (part == Part.ADDRESS || part == Part.DOMAIN_SUFFIX || part == Part.PATH_PREFIX) {
            Text.requirePrintable(part.field, text.get());
        }
        values.put(part, text.get());
        return true;
    }

    private boolean takePort(ByteBuf in) throws ProtocolException {
        if (in.readableBytes() < Long.BYTES) {
            return false;
        }
        long number = in.readLong();
        if (number < 0 || number > SocketDefinition.MAX_PORT) {
            throw bad("port " + number + " is not between 0 and " + SocketDefinition.MAX_PORT);
        }
        port = (int) number;
        return true;
    }

    private boolean takeFlags(ByteBuf in) throws ProtocolException {
        if (!in.isReadable()) {
            return false;
        }
        int given = in.readUnsignedByte();
        if ((given & ~Flags.KNOWN) != 0) {
            throw bad("flags 0x%02x hold the unknown bits 0x%02x; known are 0x%02x"
                    .formatted(given, given & ~Flags.KNOWN, Flags.KNOWN));
        }
        if ((given & Flags.LANE) != 0 && (given & ~Flags.LANE) != Flags.EXTENSION) {
            throw bad("flags 0x%02x say lane and registration at once; a lane has 0x%02x"
                    .formatted(given, Flags.LANE | Flags.EXTENSION));
        }
        flags = given;
        return true;
    }

    private boolean takeExtensionMark(ByteBuf in) throws ProtocolException {
        if (!in.isReadable()) {
            return false;
        }
        int mark = in.readUnsignedByte();
        if (mark != Flags.EXTENSION_MARK) {
            throw bad("extension begins with 0x%02x, not with 0x%02x, though flags bit 7 announces it"
                    .formatted(mark, Flags.EXTENSION_MARK));
        }
        return true;
    }

    private ControlRequest request() throws ProtocolException {
        ControlRequest request = (flags & Flags.LANE) == 0 ? registration() : lane();
        // The decoder may live as long as its connection; keys should not.
        values.clear();
        return request;
    }

    private LaneRequest lane() throws ProtocolException {
        if (!values.get(Part.ADDRESS).isEmpty() || port != 0) {
            throw bad("a lane has no address and no port; those of its session stand");
        }
        return LaneJson.read(values.get(Part.EXTENSION));
    }

    private HandshakeRequest registration() throws ProtocolException {
        Optional<HttpRule> http = (flags & Flags.HTTP) == 0
                ? Optional.empty()
                : Optional.of(new HttpRule(values.get(Part.DOMAIN_SUFFIX), values.get(Part.PATH_PREFIX)));
        Optional<TlsMaterial> tls = (flags & Flags.TLS) == 0
                ? Optional.empty()
                : Optional.of(new TlsMaterial(values.get(Part.CERTIFICATE), values.get(Part.KEY)));
        SocketDefinition definition = new SocketDefinition(values.get(Part.ADDRESS), port, http, tls);
        return isVersion2()
                ? HandshakeRequest.version2(definition, OptionsJson.read(values.get(Part.EXTENSION)))
                : HandshakeRequest.version1(definition);
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }
}
