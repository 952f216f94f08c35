package io.socketmaster.protocol.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import java.io.IOException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One field of a JSON object while it passes by; good for the duration of {@link ProtocolJson.FieldReader#read} and for one
 * of its getters. Every getter checks type and size and throws {@link ErrorCode#BAD_REQUEST} naming the field. Strings are
 * never repeated in an error except by {@link #oneOf} and {@link #duration}, whose values are no secrets.
 */
public final class JsonField {
    /** Longest text of a duration; the longest sensible one, {@code PT719H59M59.999999999S}, has 22. */
    private static final int MAX_DURATION_TEXT = 64;

    private final JsonParser parser;
    private final String name;
    private final Set<String> taken;

    JsonField(JsonParser parser, String name, Set<String> taken) {
        this.parser = parser;
        this.name = name;
        this.taken = taken;
    }

    public String name() {
        return name;
    }

    /** A string of printable characters. */
    public String string(int limit) throws ProtocolException, IOException {
        take(JsonToken.VALUE_STRING, "a string");
        return printable(name, limit);
    }

    /** A string of any characters, such as PEM with its line ends. */
    public String text(int limit) throws ProtocolException, IOException {
        take(JsonToken.VALUE_STRING, "a string");
        return limited(name, limit);
    }

    public boolean bool() throws ProtocolException {
        if (parser.currentToken() != JsonToken.VALUE_FALSE) {
            take(JsonToken.VALUE_TRUE, "true or false");
            return true;
        }
        take(JsonToken.VALUE_FALSE, "true or false");
        return false;
    }

    /** An integer from {@code min} to {@code max}, both included. */
    public long integer(long min, long max) throws ProtocolException, IOException {
        take(JsonToken.VALUE_NUMBER_INT, "an integer");
        boolean fits = parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        if (!fits || parser.getLongValue() < min || parser.getLongValue() > max) {
            throw bad(name + " " + parser.getText() + " is not between " + min + " and " + max);
        }
        return parser.getLongValue();
    }

    /** An ISO-8601 duration from zero to {@link ProtocolLimits#MAX_DURATION}. */
    public Duration duration() throws ProtocolException, IOException {
        take(JsonToken.VALUE_STRING, "an ISO-8601 duration such as \"PT30S\"");
        String text = limited(name, MAX_DURATION_TEXT);
        Duration duration;
        try {
            duration = Duration.parse(text);
        } catch (DateTimeParseException e) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    name + " " + Text.quote(text) + " is not an ISO-8601 duration such as \"PT30S\"",
                    e);
        }
        if (duration.isNegative() || duration.compareTo(ProtocolLimits.MAX_DURATION) > 0) {
            throw bad(name + " " + Text.quote(text) + " is not between PT0S and " + ProtocolLimits.MAX_DURATION);
        }
        return duration;
    }

    /** One of the words that are the keys of {@code choices}. */
    public <T> T oneOf(Map<String, T> choices) throws ProtocolException, IOException {
        take(JsonToken.VALUE_STRING, "a string");
        String word = parser.getText();
        T choice = choices.get(word);
        if (choice == null) {
            throw bad(name + " " + Text.quote(word) + " is not one of " + String.join(", ", choices.keySet()));
        }
        return choice;
    }

    /** A list of at most {@code maxCount} strings of printable characters, none of them empty. */
    public List<String> strings(int maxCount, int limit) throws ProtocolException, IOException {
        return list(maxCount, limit, true);
    }

    /** A list of at most {@code maxCount} strings of any characters. */
    public List<String> texts(int maxCount, int limit) throws ProtocolException, IOException {
        return list(maxCount, limit, false);
    }

    private List<String> list(int maxCount, int limit, boolean words) throws ProtocolException, IOException {
        take(JsonToken.START_ARRAY, "a list of strings");
        List<String> list = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            String item = name + "[" + list.size() + "]";
            if (list.size() == maxCount) {
                throw bad(name + " has more than " + maxCount + " entries");
            }
            requireType(JsonToken.VALUE_STRING, item, "a string");
            String value = words ? printable(item, limit) : limited(item, limit);
            if (words && value.isEmpty()) {
                throw bad(item + " is empty");
            }
            list.add(value);
        }
        return list;
    }

    /** An object of at most {@code maxCount} fields that are strings; names and values printable. */
    public Map<String, String> stringMap(int maxCount, int keyLimit, int limit) throws ProtocolException, IOException {
        take(JsonToken.START_OBJECT, "an object of strings");
        Map<String, String> map = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String key = parser.currentName();
            if (map.size() == maxCount) {
                throw bad(name + " has more than " + maxCount + " entries");
            }
            if (key.length() > keyLimit) {
                throw bad(name + " has a key of " + key.length() + " characters; at most " + keyLimit + " are allowed");
            }
            Text.requirePrintable(name + "'s key", key);
            String item = name + "[" + Text.quote(key) + "]";
            parser.nextToken();
            requireType(JsonToken.VALUE_STRING, item, "a string");
            if (map.put(key, printable(item, limit)) != null) {
                throw bad(item + " is given twice");
            }
        }
        return map;
    }

    private void take(JsonToken type, String description) throws ProtocolException {
        requireType(type, name, description);
        if (!taken.add(name)) {
            throw bad(name + " is given twice");
        }
    }

    private void requireType(JsonToken type, String item, String description) throws ProtocolException {
        if (parser.currentToken() != type) {
            throw bad(item + " must be " + description + ", not " + describe(parser.currentToken()));
        }
    }

    private String printable(String item, int limit) throws ProtocolException, IOException {
        String text = limited(item, limit);
        Text.requirePrintable(item, text);
        return text;
    }

    private String limited(String item, int limit) throws ProtocolException, IOException {
        int length = parser.getTextLength();
        if (length > limit) {
            throw bad(item + " has " + length + " characters; at most " + limit + " are allowed");
        }
        return parser.getText();
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "the number given";
            case VALUE_TRUE, VALUE_FALSE -> "true or false";
            case VALUE_NULL -> "null";
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            default -> "what is given";
        };
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }
}
