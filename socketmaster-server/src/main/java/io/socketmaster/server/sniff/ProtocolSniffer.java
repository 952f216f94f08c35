package io.socketmaster.server.sniff;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Tells protocols apart by their first bytes. Decides after at most {@value #MAX_BYTES} bytes, and as soon as it can: a call
 * with what has arrived so far costs no more than those bytes, so it may be repeated whenever there are more.
 */
public final class ProtocolSniffer {
    /** With this many bytes there is always an answer. */
    public static final int MAX_BYTES = 32;

    /** Longest method that is taken for HTTP; the longest registered one has 17 characters. */
    static final int MAX_METHOD = 24;

    /** Line ends before a request that are borne, in bytes (RFC 9112 section 2.2 asks for one line). */
    static final int MAX_LINE_ENDS = 4;

    private static final byte[] HTTP_2_PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROXY_V1 = "PROXY ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PROXY_V2 = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TLS_HANDSHAKE = {0x16, 0x03};

    private ProtocolSniffer() {}

    /** How a buffer compares to the beginning of a protocol. */
    private enum Match {
        YES,
        NO,
        SO_FAR
    }

    /**
     * Looks at the readable bytes of {@code in}, which stays the caller's and keeps its indices.
     *
     * @return {@link FirstBytes#NEED_MORE} if more bytes may change the answer
     */
    public static FirstBytes sniff(ByteBuf in) {
        Match tls = compare(in, TLS_HANDSHAKE);
        Match proxyV1 = compare(in, PROXY_V1);
        Match proxyV2 = compare(in, PROXY_V2);
        Match http2 = compare(in, HTTP_2_PREFACE);
        if (tls == Match.YES) {
            return FirstBytes.TLS;
        }
        if (proxyV1 == Match.YES) {
            return FirstBytes.PROXY_V1;
        }
        if (proxyV2 == Match.YES) {
            return FirstBytes.PROXY_V2;
        }
        if (http2 == Match.YES) {
            return FirstBytes.HTTP_2;
        }
        if (tls == Match.SO_FAR || proxyV1 == Match.SO_FAR || proxyV2 == Match.SO_FAR || http2 == Match.SO_FAR) {
            return FirstBytes.NEED_MORE;
        }
        return switch (compareRequestLine(in)) {
            case YES -> FirstBytes.HTTP_1;
            case NO -> FirstBytes.UNKNOWN;
            case SO_FAR -> FirstBytes.NEED_MORE;
        };
    }

    private static Match compare(ByteBuf in, byte[] expected) {
        int available = Math.min(in.readableBytes(), expected.length);
        for (int i = 0; i < available; i++) {
            if (in.getByte(in.readerIndex() + i) != expected[i]) {
                return Match.NO;
            }
        }
        return available == expected.length ? Match.YES : Match.SO_FAR;
    }

    /** Line ends, a method, a space. */
    private static Match compareRequestLine(ByteBuf in) {
        int at = in.readerIndex();
        int end = in.writerIndex();
        int methodLimit = at + MAX_LINE_ENDS;
        while (at < end && at < methodLimit && isLineEnd(in.getByte(at))) {
            at++;
        }
        int method = at;
        while (at < end && at - method <= MAX_METHOD) {
            byte b = in.getByte(at);
            if (b == ' ') {
                return at > method ? Match.YES : Match.NO;
            }
            if (!isTokenCharacter(b)) {
                return Match.NO;
            }
            at++;
        }
        return at - method > MAX_METHOD ? Match.NO : Match.SO_FAR;
    }

    private static boolean isLineEnd(byte b) {
        return b == '\r' || b == '\n';
    }

    /** {@code tchar} of RFC 9110 section 5.6.2. */
    private static boolean isTokenCharacter(byte b) {
        return (b >= 'A' && b <= 'Z')
                || (b >= 'a' && b <= 'z')
                || (b >= '0' && b <= '9')
                || "!#$%&'*+-.^_`|~".indexOf(b) >= 0;
    }
}
