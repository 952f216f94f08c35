package io.socketmaster.server.http;

/**
 * A status line in the form of RFC 9112 section 4: version, one space, three digits, one space, and a reason, which is for
 * people. Many servers leave out the last space with the reason; that is borne, because nothing follows from it.
 */
final class StatusLine implements StartLine {
    private static final int DIGITS = 3;

    private enum Part {
        VERSION,
        STATUS,
        REASON
    }

    private final HttpVersionText version = new HttpVersionText();
    private Part part = Part.VERSION;
    private int digits;
    private HttpFault fault;

    @Override
    public HttpFault fault() {
        return fault;
    }

    @Override
    public void reset() {
        part = Part.VERSION;
        digits = 0;
        fault = null;
        version.reset();
    }

    @Override
    public Step accept(int b) {
        return switch (part) {
            case VERSION -> version(b);
            case STATUS -> status(b);
            case REASON -> reason(b);
        };
    }

    private Step version(int b) {
        if (!version.isWhole()) {
            return version.accept(b) ? Step.MORE : refuse("it does not begin with HTTP/d.d", "RFC 9112 section 2.3");
        }
        if (b != ' ') {
            return refuse("no space follows the version", "RFC 9112 section 4");
        }
        if (!version.isSpoken()) {
            return refuse("the version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9112 section 2.3");
        }
        part = Part.STATUS;
        return Step.MORE;
    }

    private Step status(int b) {
        if (b >= '0' && b <= '9' && digits < DIGITS) {
            digits++;
            return Step.MORE;
        }
        if (digits == DIGITS && b == '\r') {
            return Step.ENDED;
        }
        if (digits != DIGITS || b != ' ') {
            return refuse("the status is not a number of three digits", "RFC 9112 section 4");
        }
        part = Part.REASON;
        return Step.MORE;
    }

    private Step reason(int b) {
        if (b == '\r') {
            return Step.ENDED;
        }
        return (b >= 0x20 && b != 0x7f) || b == '\t'
                ? Step.MORE
                : refuse("a control character in the reason", "RFC 9112 section 4");
    }

    private Step refuse(String sentence, String clause) {
        fault = HttpFault.bad(sentence, clause);
        return Step.REFUSED;
    }
}
