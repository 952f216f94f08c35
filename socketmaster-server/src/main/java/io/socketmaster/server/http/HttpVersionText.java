package io.socketmaster.server.http;

/** {@code HTTP/d.d}, byte by byte (RFC 9112 section 2.3): case-sensitive, one digit each. Not thread-safe. */
final class HttpVersionText {
    private static final String FORM = "HTTP/d.d";
    private static final int MAJOR = FORM.length() - 3;

    private int length;
    private char major;
    private char minor;

    /** Takes the next byte; false if it does not fit. Not to be called when {@link #isWhole()}. */
    boolean accept(int b) {
        char expected = FORM.charAt(length);
        if (expected == 'd' ? b < '0' || b > '9' : b != expected) {
            return false;
        }
        if (length == MAJOR) {
            major = (char) b;
        }
        minor = (char) b;
        length++;
        return true;
    }

    boolean isWhole() {
        return length == FORM.length();
    }

    /** Whether it is 1.0 or 1.1. */
    boolean isSpoken() {
        return major == '1' && minor <= '1';
    }

    void reset() {
        length = 0;
    }
}
