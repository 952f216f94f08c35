package io.socketmaster.protocol.wire;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.util.OptionalInt;

/**
 * Rules for text that a peer sent and that a person or a log file gets to see. Characters that could end a log line or
 * steer a terminal (control characters, line and paragraph separators) and halves of surrogate pairs, which no UTF-8
 * holds, are called unprintable here.
 */
public final class Text {
    /** How much of a value an error message repeats. */
    private static final int MAX_QUOTED = 64;

    private Text() {}

    /** Where the first unprintable character is, if there is one. */
    public static OptionalInt firstUnprintable(String text) {
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (isUnprintable(codePoint)) {
                return OptionalInt.of(i);
            }
            i += Character.charCount(codePoint);
        }
        return OptionalInt.empty();
    }

    /**
     * Refuses unprintable characters. The message names the field and the character, never the text: it may be a secret.
     *
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST}
     */
    public static void requirePrintable(String field, String text) throws ProtocolException {
        OptionalInt at = firstUnprintable(text);
        if (at.isPresent()) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "%s has the character U+%04X at position %d, which is not allowed in text"
                            .formatted(field, text.codePointAt(at.getAsInt()), at.getAsInt()));
        }
    }

    /** A peer's value as an error message may repeat it: in quotes, cut short, unprintable characters escaped. */
    public static String quote(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        int length = Math.min(text.length(), MAX_QUOTED);
        for (int i = 0; i < length; ) {
            int codePoint = text.codePointAt(i);
            if (isUnprintable(codePoint)) {
                quoted.append("\\u%04x".formatted(codePoint));
            } else {
                quoted.appendCodePoint(codePoint);
            }
            i += Character.charCount(codePoint);
        }
        return quoted.append(text.length() > length ? "…\"" : "\"").toString();
    }

    /**
     * Text for a person, made safe instead of refused, because a truthful error must arrive even when it repeats something
     * odd: unprintable characters become spaces, and what is beyond {@code limit} characters is cut off.
     */
    public static String forPeople(String text, int limit) {
        if (text.length() <= limit && firstUnprintable(text).isEmpty()) {
            return text;
        }
        StringBuilder clean = new StringBuilder(Math.min(text.length(), limit));
        for (int i = 0; i < text.length(); ) {
            int codePoint = text.codePointAt(i);
            if (clean.length() + Character.charCount(codePoint) > limit) {
                break;
            }
            clean.appendCodePoint(isUnprintable(codePoint) ? ' ' : codePoint);
            i += Character.charCount(codePoint);
        }
        return clean.toString();
    }

    private static boolean isUnprintable(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            default -> false;
        };
    }
}
