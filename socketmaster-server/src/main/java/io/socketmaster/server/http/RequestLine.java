package io.socketmaster.server.http;

/** A request line in the exact form of RFC 9112 section 3: method, one space, target, one space, version. */
final class RequestLine implements StartLine {
    /** The longest registered method has 17 characters. */
    private static final int MAX_METHOD_BYTES = 32;

    private enum Part {
        METHOD,
        TARGET,
        VERSION
    }

    private final int maxBytes;
    private final HttpVersionText version = new HttpVersionText();
    private Part part = Part.METHOD;
    private int bytes;
    private int partBytes;
    private HttpFault fault;

    /**
     * @param maxBytes longest line, without its end
     */
    RequestLine(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public HttpFault fault() {
        return fault;
    }

    @Override
    public void reset() {
        part = Part.METHOD;
        bytes = 0;
        partBytes = 0;
        fault = null;
        version.reset();
    }

    @Override
    public Step accept(int b) {
        bytes++;
        if (bytes > maxBytes && b != '\r') {
            return refuse(
                    new HttpFault(414, "the request line is longer than " + maxBytes + " bytes", "RFC 9112 section 3"));
        }
        return switch (part) {
            case METHOD -> method(b);
            case TARGET -> target(b);
            case VERSION -> version(b);
        };
    }

    private Step method(int b) {
        if (Ascii.isToken(b)) {
            return ++partBytes > MAX_METHOD_BYTES
                    ? refuse(new HttpFault(
                            501, "the method is longer than " + MAX_METHOD_BYTES + " bytes", "RFC 9112 section 3"))
                    : Step.MORE;
        }
        if (b == ' ' && partBytes > 0) {
            return next(Part.TARGET);
        }
        if (partBytes == 0 && (b == ' ' || b == '\t')) {
            return refuse("white space before the request line", "RFC 9112 section 3");
        }
        return b == '\n'
                ? refuse("a line feed without a carriage return", "RFC 9112 section 2.2")
                : refuse("the method is not a token", "RFC 9110 section 9.1");
    }

    private Step next(Part following) {
        part = following;
        partBytes = 0;
        return Step.MORE;
    }

    private Step target(int b) {
        if (b == ' ') {
            return partBytes == 0
                    ? refuse("more than one space in the request line", "RFC 9112 section 3")
                    : next(Part.VERSION);
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
        partBytes++;
        return Step.MORE;
    }

    private Step version(int b) {
        if (!version.isWhole()) {
            return version.accept(b)
                    ? Step.MORE
                    : refuse("the version has not the form HTTP/d.d", "RFC 9112 section 2.3");
        }
        if (b != '\r') {
            return refuse("something behind the version", "RFC 9112 section 3");
        }
        return version.isSpoken()
                ? Step.ENDED
                : refuse(new HttpFault(505, "the version is neither HTTP/1.0 nor HTTP/1.1", "RFC 9110 section 15.6.6"));
    }

    private Step refuse(String sentence, String clause) {
        return refuse(HttpFault.bad(sentence, clause));
    }

    private Step refuse(HttpFault why) {
        fault = why;
        return Step.REFUSED;
    }
}
