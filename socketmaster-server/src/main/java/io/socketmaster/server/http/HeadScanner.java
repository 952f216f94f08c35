package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

/**
 * Reads the raw bytes of a request's head before any decoder does, and refuses what two parsers could understand
 * differently: other line ends than CRLF, folded lines, control characters, lists of spaces, odd versions. What passes is
 * a request line and header fields of the exact form of RFC 9112, within the limits; what they mean is the business of
 * {@link RequestCheck}.
 *
 * <p>Incremental: {@link #scan} is called again when more bytes are there, and looks at each byte once. It consumes nothing
 * but one empty line before the request line. No I/O, no clock; not thread-safe.
 */
final class HeadScanner {
    /** What {@link #scan} found. */
    enum Verdict {
        /** The head is not there to its end. */
        MORE,
        /** From the buffer's reader index on, there is a whole head. */
        COMPLETE,
        /** {@link #fault()} says why; every later call gives the same. */
        REFUSED
    }

    /** RFC 9112 section 2.2 asks to bear at least one, which old clients send behind a body. */
    private static final int MAX_EMPTY_LINES = 1;
    /** The longest registered method has 17 characters. */
    private static final int MAX_METHOD_BYTES = 32;

    private static final String VERSION_FORM = "HTTP/d.d";

    private enum State {
        START,
        METHOD,
        TARGET_START,
        TARGET,
        VERSION,
        REQUEST_LINE_LF,
        FIELD_START,
        NAME,
        VALUE,
        FIELD_LF,
        HEAD_LF,
        COMPLETE,
        REFUSED
    }

    private final HttpSettings.Limits limits;
    private final ByteProcessor processor = this::accept;
    private State state = State.START;
    private HttpFault fault;
    private int scanned;
    private int emptyLines;
    private int fields;
    private int tokenBytes;
    private char major;
    private char minor;

    HeadScanner(HttpSettings.Limits limits) {
        this.limits = limits;
    }

    /** Looks at the bytes of {@code in} that are new since the last call; a head begins at the reader index. */
    Verdict scan(ByteBuf in) {
        if (state == State.START && !skipEmptyLines(in)) {
            return state == State.REFUSED ? Verdict.REFUSED : Verdict.MORE;
        }
        if (state != State.REFUSED && state != State.COMPLETE) {
            in.forEachByte(in.readerIndex() + scanned, in.readableBytes() - scanned, processor);
        }
        return switch (state) {
            case COMPLETE -> Verdict.COMPLETE;
            case REFUSED -> Verdict.REFUSED;
            default -> Verdict.MORE;
        };
    }

    /** Why the head is refused. */
    HttpFault fault() {
        return fault;
    }

    /** Whether a byte of a head has come (an empty line before it is none). */
    boolean isBegun() {
        return state != State.START;
    }

    /** Forgets the head: the next one is expected. */
    void reset() {
        state = State.START;
        fault = null;
        scanned = 0;
        emptyLines = 0;
        fields = 0;
        tokenBytes = 0;
    }

    private boolean skipEmptyLines(ByteBuf in) {
        while (in.isReadable() && in.getByte(in.readerIndex()) == '\r') {
            if (in.readableBytes() == 1) {
                return false;
            }
            if (in.getByte(in.readerIndex() + 1) != '\n') {
                refuse("a carriage return without a line feed", "RFC 9112 section 2.2");
                return false;
            }
            if (++emptyLines > MAX_EMPTY_LINES) {
                refuse("more than one empty line before the request line", "RFC 9112 section 2.2");
                return false;
            }
            in.skipBytes(2);
        }
        return in.isReadable();
    }

    private boolean accept(byte value) {
        int b = value & 0xff;
        scanned++;
        if (scanned > limits.maxHeadBytes()) {
            return refuse(new HttpFault(
                    431, "the head is longer than " + limits.maxHeadBytes() + " bytes", "RFC 6585 section 5"));
        }
        if (scanned > limits.maxRequestLineBytes() && b != '\r' && state.compareTo(State.VERSION) <= 0) {
            return refuse(new HttpFault(
                    414,
                    "the request line is longer than " + limits.maxRequestLineBytes() + " bytes",
                    "RFC 9112 section 3"));
        }
        return switch (state) {
            case START, METHOD -> method(b);
            case TARGET_START, TARGET -> target(b);
            case VERSION -> version(b);
            case REQUEST_LINE_LF, FIELD_LF -> lineFeed(b, State.FIELD_START);
            case HEAD_LF -> lineFeed(b, State.COMPLETE);
            case FIELD_START -> fieldStart(b);
            case NAME -> name(b);
            case VALUE -> value(b);
            case COMPLETE, REFUSED -> false;
        };
    }

    private boolean method(int b) {
        if (Ascii.isToken(b)) {
            state = State.METHOD;
            if (++tokenBytes > MAX_METHOD_BYTES) {
                return refuse(new HttpFault(
                        501, "the method is longer than " + MAX_METHOD_BYTES + " bytes", "RFC 9112 section 3"));
            }
            return true;
        }
        if (b == ' ' && state == State.METHOD) {
            tokenBytes = 0;
            state = State.TARGET_START;
            return true;
        }
        if (state == State.START && (b == ' ' || b == '\t')) {
            return refuse("white space before the request line", "RFC 9112 section 3");
        }
        return refuse(
                b == '\n' ? "a line feed without a carriage return" : "the method is not a token",
                b == '\n' ? "RFC 9112 section 2.2" : "RFC 9110 section 9.1");
    }

    private boolean target(int b) {
        if (b == ' ') {
            if (state == State.TARGET_START) {
                return refuse("more than one space in the request line", "RFC 9112 section 3");
            }
            state = State.VERSION;
            return true;
        }
        if (b == '#') {
            return refuse("a fragment in the request target", "RFC 9112 section 3.2");
        }
        if (b == '\r' || b == '\n') {
            return refuse("the request line has no version", "RFC 9112 section 3");
        }
        if (b < 0x21 || b > 0x7e) {
            return refuse("a character in the request target that a URI cannot have unescaped", "RFC 9112 section 3.2");
        }
        state = State.TARGET;
        return true;
    }

    private boolean version(int b) {
        if (tokenBytes == VERSION_FORM.length()) {
            if (b != '\r') {
                return refuse("something behind the version", "RFC 9112 section 3");
            }
            if (major != '1' || minor > '1') {
                return refuse(
                        new HttpFault(505, "the version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9110 section 15.6.6"));
            }
            tokenBytes = 0;
            state = State.REQUEST_LINE_LF;
            return true;
        }
        char expected = VERSION_FORM.charAt(tokenBytes);
        if (expected == 'd' ? b < '0' || b > '9' : b != expected) {
            return refuse("the version has not the form HTTP/d.d", "RFC 9112 section 2.3");
        }
        if (tokenBytes == VERSION_FORM.length() - 3) {
            major = (char) b;
        }
        minor = (char) b;
        tokenBytes++;
        return true;
    }

    private boolean lineFeed(int b, State next) {
        if (b != '\n') {
            return refuse("a carriage return without a line feed", "RFC 9112 section 2.2");
        }
        state = next;
        return next != State.COMPLETE;
    }

    private boolean fieldStart(int b) {
        if (b == '\r') {
            state = State.HEAD_LF;
            return true;
        }
        if (b == ' ' || b == '\t') {
            return fields == 0
                    ? refuse("white space before the first header field", "RFC 9112 section 2.2")
                    : refuse("a folded header line", "RFC 9112 section 5.2");
        }
        if (++fields > limits.maxFields()) {
            return refuse(
                    new HttpFault(431, "more than " + limits.maxFields() + " header fields", "RFC 6585 section 5"));
        }
        tokenBytes = 0;
        state = State.NAME;
        return name(b);
    }

    private boolean name(int b) {
        if (Ascii.isToken(b)) {
            tokenBytes++;
            return true;
        }
        if (b == ':') {
            if (tokenBytes == 0) {
                return refuse("a header field without a name", "RFC 9112 section 5");
            }
            state = State.VALUE;
            return true;
        }
        if (b == ' ' || b == '\t') {
            return refuse("white space between a header field's name and its colon", "RFC 9112 section 5.1");
        }
        if (b == '\n') {
            return refuse("a line feed without a carriage return", "RFC 9112 section 2.2");
        }
        return b == '\r'
                ? refuse("a header line without a colon", "RFC 9112 section 5")
                : refuse("a header field's name is not a token", "RFC 9110 section 5.1");
    }

    private boolean value(int b) {
        if ((b >= 0x20 && b != 0x7f) || b == '\t') {
            return true;
        }
        if (b == '\r') {
            state = State.FIELD_LF;
            return true;
        }
        return b == '\n'
                ? refuse("a line feed without a carriage return", "RFC 9112 section 2.2")
                : refuse("a control character in a header field's value", "RFC 9110 section 5.5");
    }

    private boolean refuse(String sentence, String clause) {
        return refuse(HttpFault.bad(sentence, clause));
    }

    private boolean refuse(HttpFault fault) {
        this.fault = fault;
        state = State.REFUSED;
        return false;
    }
}
