package io.socketmaster.server.route;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/**
 * Which paths a registration is for. {@code /a} matches {@code /a} and {@code /a/b}, never {@code /ab}; {@code /a/} matches
 * what starts with {@code /a/}. Prefix and request are compared in the same normal form. Immutable; ordered by precedence:
 * the longer first.
 */
public final class PathPrefix implements Comparable<PathPrefix> {
    /** Longest prefix in its normal form, in characters; bounds the depth of a {@link RouteTable}. */
    public static final int MAX_LENGTH = 2048;

    /** Every path. */
    public static final PathPrefix ROOT = new PathPrefix("/");

    private static final Comparator<PathPrefix> PRECEDENCE =
            Comparator.comparing((PathPrefix p) -> -p.text.length()).thenComparing(PathPrefix::text);

    private final String text;

    private PathPrefix(String text) {
        this.text = text;
    }

    /**
     * Reads a registration's {@code pathPrefix}: empty or {@code /} for every path. What a person would type is accepted:
     * characters outside ASCII, and spaces, are percent-encoded as UTF-8, the way clients send them.
     *
     * @throws IllegalArgumentException with a sentence that names the prefix and the remedy
     */
    public static PathPrefix parse(String prefix) {
        if (prefix.isEmpty()) {
            return ROOT;
        }
        if (prefix.length() > MAX_LENGTH) {
            throw unusable(prefix, "it is longer than " + MAX_LENGTH + " characters", null);
        }
        if (prefix.indexOf('?') >= 0) {
            throw unusable(prefix, "routes do not look at the query; leave out the ? and what follows", null);
        }
        String normal;
        try {
            String ascii = encode(prefix);
            normal = PathText.normalise(ascii, ascii.length());
        } catch (CharacterCodingException e) {
            throw unusable(prefix, "it is not valid Unicode", e);
        } catch (BadPathException e) {
            throw unusable(prefix, e.getMessage() + "; write a path such as /app", e);
        }
        if (normal.length() > MAX_LENGTH) {
            throw unusable(prefix, "it is longer than " + MAX_LENGTH + " characters when percent-encoded", null);
        }
        return new PathPrefix(normal);
    }

    /** What {@link #text()} gave before. */
    static PathPrefix ofNormal(String text) {
        return new PathPrefix(text);
    }

    private static IllegalArgumentException unusable(String prefix, String why, Exception cause) {
        return new IllegalArgumentException("the path prefix " + Quote.of(prefix) + " cannot be used: " + why, cause);
    }

    private static String encode(String prefix) throws CharacterCodingException {
        ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(prefix));
        StringBuilder out = new StringBuilder(bytes.remaining());
        while (bytes.hasRemaining()) {
            int value = bytes.get() & 0xff;
            if (value >= 128 || value == ' ') {
                PathText.appendPercent(value, out);
            } else {
                out.append((char) value);
            }
        }
        return out.toString();
    }

    /** Whether {@code path} lies under this prefix. */
    public boolean matches(RequestPath path) {
        String candidate = path.text();
        return candidate.startsWith(text)
                && (text.endsWith("/")
                        || candidate.length() == text.length()
                        || candidate.charAt(text.length()) == '/');
    }

    /** The normal form; begins with a slash. */
    public String text() {
        return text;
    }

    /** By precedence: the longer before the shorter; of the same length by their text. */
    @Override
    public int compareTo(PathPrefix other) {
        return PRECEDENCE.compare(this, other);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PathPrefix that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
