package io.socketmaster.server.sniff;

import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * What a TLS client says before anything is encrypted.
 *
 * @param serverName the host that it asks for (SNI), in lower case without a trailing dot; empty if it names none
 * @param alpn the application protocols that it offers, the preferred first, at most {@value #MAX_ALPN_NAMES}; a name is
 *     bytes, shown as ISO 8859-1
 */
public record ClientHello(String serverName, List<String> alpn) {
    /** Longest message that is read, in bytes. A client with post-quantum keys sends about 2 KiB. */
    public static final int MAX_LENGTH = 16 * 1024;

    /** The most records that the message may be spread over. */
    public static final int MAX_RECORDS = 256;

    /** The most protocol names that are kept. */
    public static final int MAX_ALPN_NAMES = 32;

    /** With this many bytes there is always an answer. */
    public static final int MAX_BYTES = MAX_LENGTH + MAX_RECORDS * TlsRecords.HEADER_LENGTH;

    public ClientHello {
        alpn = List.copyOf(alpn);
    }

    /** The three answers. */
    public sealed interface Result permits Found, NeedMore, Not {}

    /** The message is complete. */
    public record Found(ClientHello clientHello) implements Result {}

    /** What has arrived is the beginning of one. */
    public enum NeedMore implements Result {
        INSTANCE
    }

    /**
     * This is no ClientHello that could be answered.
     *
     * @param reason one sentence for a log line
     */
    public record Not(String reason) implements Result {}

    /**
     * Looks for a ClientHello at the beginning of the readable bytes of {@code in}, which stays the caller's and keeps its
     * indices. The message may be fragmented over records (RFC 8446 section 5.1). Extensions that are not known are skipped:
     * GREASE, encrypted ClientHello, whatever comes.
     *
     * <p>May be called again whenever more has arrived. An incomplete message costs two looks at each record header, at most
     * {@value #MAX_RECORDS} of them; the message itself is read once, when it is complete. It is copied then: what is
     * allocated is in proportion to what has arrived, never to what was announced.
     */
    public static Result parse(ByteBuf in) {
        try {
            byte[] message = TlsRecords.handshakeMessage(in);
            return message == null ? NeedMore.INSTANCE : new Found(ClientHelloReader.read(message));
        } catch (MalformedException e) {
            return new Not(e.getMessage());
        }
    }
}
