package io.socketmaster.server.route;

import io.socketmaster.server.route.BadPathException.Reason;

/**
 * The normal form of a path (RFC 3986 section 6.2.2), for comparing only. Repeated slashes count as one, before dot segments
 * are removed; unreserved characters are decoded, hexadecimal digits are upper case, characters that no path may contain raw
 * (such as a brace) are encoded. {@code %2F} and {@code %5C} stay as they are and never separate segments.
 *
 * <p>One pass, linear in the length of the path: what {@code ..} takes away was appended once and is scanned once more.
 */
final class PathText {
    private static final String HEX = "0123456789ABCDEF";
    private static final boolean[] PLAIN = new boolean[128];
    private static final boolean[] UNRESERVED = new boolean[128];

    static {
        mark("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~", UNRESERVED, PLAIN);
        mark("!$&'()*+,;=:@", PLAIN);
    }

    private PathText() {}

    private static void mark(String characters, boolean[]... tables) {
        for (boolean[] table : tables) {
            for (int i = 0; i < characters.length(); i++) {
                table[characters.charAt(i)] = true;
            }
        }
    }

    /** The normal form of {@code text} up to {@code end}; the same object if there is nothing to change. */
    static String normalise(String text, int end) throws BadPathException {
        if (end == 0 || text.charAt(0) != '/') {
            throw new BadPathException(Reason.NOT_ABSOLUTE, "the path does not begin with a slash");
        }
        return isNormal(text, end) ? text.substring(0, end) : rewrite(text, end);
    }

    private static boolean isNormal(String text, int end) {
        char previous = '/';
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            boolean normal = previous == '/' ? c != '.' && isPlain(c) : c == '/' || isPlain(c);
            if (!normal) {
                return false;
            }
            previous = c;
        }
        return true;
    }

    private static boolean isPlain(char c) {
        return c < 128 && PLAIN[c];
    }

    private static String rewrite(String text, int end) throws BadPathException {
        StringBuilder out = new StringBuilder(end + 16).append('/');
        int segment = 1; // where the current segment begins in out
        for (int i = 1; i < end; i++) {
            char c = text.charAt(i);
            if (c == '/') {
                segment = endSegment(out, segment, true);
            } else if (c == '%') {
                appendDecoded(text, i, end, out);
                i += 2;
            } else if (isPlain(c)) {
                out.append(c);
            } else {
                appendEncoded(c, out);
            }
        }
        endSegment(out, segment, false);
        return out.toString();
    }

    /** Settles the segment at the end of {@code out} and returns where the next one begins. */
    private static int endSegment(StringBuilder out, int start, boolean slashFollows) throws BadPathException {
        int length = out.length() - start;
        if (length == 0) {
            return start;
        }
        boolean dot = length == 1 && out.charAt(start) == '.';
        boolean dotDot = length == 2 && out.charAt(start) == '.' && out.charAt(start + 1) == '.';
        if (!dot && !dotDot) {
            if (slashFollows) {
                out.append('/');
            }
            return out.length();
        }
        if (dot) {
            out.setLength(start);
            return start;
        }
        if (start == 1) {
            throw new BadPathException(Reason.ABOVE_ROOT, "the path climbs above its root with ..");
        }
        int parent = start - 2;
        while (out.charAt(parent) != '/') {
            parent--;
        }
        out.setLength(parent + 1);
        return parent + 1;
    }

    private static void appendDecoded(String text, int percent, int end, StringBuilder out) throws BadPathException {
        int high = percent + 1 < end ? hexDigit(text.charAt(percent + 1)) : -1;
        int low = percent + 2 < end ? hexDigit(text.charAt(percent + 2)) : -1;
        if (high < 0 || low < 0) {
            throw new BadPathException(
                    Reason.BAD_PERCENT, "the path has a % that is not followed by two hexadecimal digits");
        }
        int value = (high << 4) | low;
        if (value == 0) {
            throw new BadPathException(Reason.NUL, "the path contains %00");
        }
        if (value < 128 && UNRESERVED[value]) {
            out.append((char) value);
        } else {
            appendPercent(value, out);
        }
    }

    private static int hexDigit(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }

    private static void appendEncoded(char c, StringBuilder out) throws BadPathException {
        if (c > '~') {
            throw c == 0x7f
                    ? controlCharacter()
                    : new BadPathException(
                            Reason.NON_ASCII, "the path has a raw byte above 127, which must be percent-encoded");
        }
        switch (c) {
            case '\\' -> throw new BadPathException(Reason.BACKSLASH, "the path contains a backslash");
            case '#' -> throw fragment();
            default -> {
                if (c <= ' ') {
                    throw controlCharacter();
                }
                appendPercent(c, out);
            }
        }
    }

    static void appendPercent(int value, StringBuilder out) {
        out.append('%').append(HEX.charAt(value >> 4)).append(HEX.charAt(value & 15));
    }

    static BadPathException fragment() {
        return new BadPathException(Reason.FRAGMENT, "the request target contains a #, which a client never sends");
    }

    static BadPathException controlCharacter() {
        return new BadPathException(
                Reason.CONTROL_CHARACTER, "the request target contains white space or a control character");
    }
}
