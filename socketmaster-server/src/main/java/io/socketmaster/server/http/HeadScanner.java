package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;
import io.socketmaster.server.config.HttpSettings;

/**
 * Reads the raw bytes of a head, or of a trailer section, before any decoder does, and refuses what two parsers could understand differently: other
 * line ends than CRLF, folded lines, control characters, lists of spaces, odd versions. What passes is a start line and
 * fields of the exact form of RFC 9112, within the limits; what they mean is the business of {@link RequestCheck} and {@link
 * Http1ServiceStream}.
 *
 * <p>Incremental: {@link #scan} is called again when more bytes are there, and looks at each byte once. It consumes nothing
 * but one empty line before a request line. No I/O, no clock; not thread-safe.
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

    /** RFC 9112 section 2.2 asks to bear at least one before a request, which old clients send behind a body. */
    private static final int MAX_EMPTY_LINES = 1;

    private enum State {
        START,
        START_LINE,
        START_LINE_LF,
        FIELD_START,
        NAME,
        VALUE,
        FIELD_LF,
        HEAD_LF,
        COMPLETE,
        REFUSED
    }

    /** What is read, as messages call it. */
    private enum Section {
        HEAD("the head", "header", State.START),
        TRAILERS("the trailer section", "trailer", State.FIELD_START);

        private final String whole;
        private final String field;
        private final State first;

        Section(String whole, String field, State first) {
            this.whole = whole;
            this.field = field;
            this.first = first;
        }
    }

    private final Section section;
    private final int maxBytes;
    private final int maxFields;
    private final int maxEmptyLines;
    private final StartLine startLine;
    private final ByteProcessor processor = this::accept;
    private State state;
    private HttpFault fault;
    private int scanned;
    private int emptyLines;
    private int fields;
    private int nameBytes;

    /** @param startLine {@code null} where there is none */
    private HeadScanner(Section section, int maxBytes, int maxFields, int maxEmptyLines, StartLine startLine) {
        this.section = section;
        this.maxBytes = maxBytes;
        this.maxFields = maxFields;
        this.maxEmptyLines = maxEmptyLines;
        this.startLine = startLine;
        this.state = section.first;
    }

    static HeadScanner forRequests(HttpSettings.Limits limits) {
        return new HeadScanner(
                Section.HEAD,
                limits.maxHeadBytes(),
                limits.maxFields(),
                MAX_EMPTY_LINES,
                new RequestLine(limits.maxRequestLineBytes()));
    }

    /** A fault's status means nothing here; how many fields there are is limited by the head's length alone. */
    static HeadScanner forResponses(HttpSettings.Limits limits) {
        return new HeadScanner(Section.HEAD, limits.maxHeadBytes(), Integer.MAX_VALUE, 0, new StatusLine());
    }

    /** For what follows a body's last chunk: fields and an empty line. */
    static HeadScanner forTrailers(HttpSettings.Limits limits) {
        return new HeadScanner(Section.TRAILERS, limits.maxHeadBytes(), limits.maxFields(), 0, null);
    }

    /** Looks at the bytes of {@code in} that are new since the last call; the section begins at the reader index. */
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

    /** Why it is refused. */
    HttpFault fault() {
        return fault;
    }

    /** Whether a byte of a head has come (an empty line before it is none). */
    boolean isBegun() {
        return state != State.START;
    }

    /** Forgets it: the next one is expected. */
    void reset() {
        state = section.first;
        fault = null;
        scanned = 0;
        emptyLines = 0;
        fields = 0;
        if (startLine != null) {
            startLine.reset();
        }
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
            if (++emptyLines > maxEmptyLines) {
                refuse(
                        maxEmptyLines == 0
                                ? "an empty line before the status line"
                                : "more than one empty line before the request line",
                        "RFC 9112 section 2.2");
                return false;
            }
            in.skipBytes(2);
        }
        return in.isReadable();
    }

    private boolean accept(byte value) {
        int b = value & 0xff;
        scanned++;
        if (scanned > maxBytes) {
            return refuse(
                    new HttpFault(431, section.whole + " is longer than " + maxBytes + " bytes", "RFC 6585 section 5"));
        }
        return switch (state) {
            case START, START_LINE -> startLine(b);
            case START_LINE_LF, FIELD_LF -> lineFeed(b, State.FIELD_START);
            case HEAD_LF -> lineFeed(b, State.COMPLETE);
            case FIELD_START -> fieldStart(b);
            case NAME -> name(b);
            case VALUE -> value(b);
            case COMPLETE, REFUSED -> false;
        };
    }

    private boolean startLine(int b) {
        state = State.START_LINE;
        switch (startLine.accept(b)) {
            case MORE -> {
                return true;
            }
            case ENDED -> {
                state = State.START_LINE_LF;
                return true;
            }
            default -> {
                return refuse(startLine.fault());
            }
        }
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
                    ? refuse("white space before the first " + section.field + " field", "RFC 9112 section 2.2")
                    : refuse("a folded " + section.field + " line", "RFC 9112 section 5.2");
        }
        if (++fields > maxFields) {
            return refuse(new HttpFault(
                    431, "more than " + maxFields + " " + section.field + " fields", "RFC 6585 section 5"));
        }
        nameBytes = 0;
        state = State.NAME;
        return name(b);
    }

    private boolean name(int b) {
        if (Ascii.isToken(b)) {
            nameBytes++;
            return true;
        }
        if (b == ':') {
            if (nameBytes == 0) {
                return refuse("a " + section.field + " field without a name", "RFC 9112 section 5");
            }
            state = State.VALUE;
            return true;
        }
        if (b == ' ' || b == '\t') {
            return refuse(
                    "white space between a " + section.field + " field's name and its colon", "RFC 9112 section 5.1");
        }
        if (b == '\n') {
            return refuse("a line feed without a carriage return", "RFC 9112 section 2.2");
        }
        return b == '\r'
                ? refuse("a " + section.field + " line without a colon", "RFC 9112 section 5")
                : refuse("a " + section.field + " field's name is not a token", "RFC 9110 section 5.1");
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
                : refuse("a control character in a " + section.field + " field's value", "RFC 9110 section 5.5");
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
