package io.socketmaster.server.daemon;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Flags;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * HTTP/2 frames in words, one on each line:
 *
 * <pre>
 * TYPE STREAM [+FLAG ...] [PIECE ...]
 * RAW [PIECE ...]
 * repeat N: TYPE ...      so many of them; # in it is 1, 3, 5 and so on
 * </pre>
 *
 * A type or flag has its name of RFC 9113, or a number such as {@code 0x1f}. The pieces are the payload, in order; its length
 * is told truly unless {@code length:N} says otherwise. A piece is one of
 *
 * <pre>
 * "text"              bytes of text
 * 0a                  a byte
 * byte:N short:N word:N   a number of one, two or four bytes
 * CANCEL              an error code, as four bytes
 * NAME=N              in SETTINGS: a setting, by its name or number
 * name=value          a field, literal and not indexed; with quotes where there are spaces
 * name+=value         the same, and added to the dynamic table
 * index:N             a field that is in a table (RFC 7541 section 6.1)
 * size:N              a change of the dynamic table's size (section 6.3)
 * </pre>
 */
final class FrameNotation {
    private static final Map<String, Integer> TYPES = numbered(
            0, "DATA HEADERS PRIORITY RST_STREAM SETTINGS PUSH_PROMISE PING GOAWAY WINDOW_UPDATE CONTINUATION ALTSVC");
    private static final Map<String, Integer> SETTINGS = numbered(
            1,
            "HEADER_TABLE_SIZE ENABLE_PUSH MAX_CONCURRENT_STREAMS INITIAL_WINDOW_SIZE MAX_FRAME_SIZE"
                    + " MAX_HEADER_LIST_SIZE");
    private static final Map<String, Integer> FLAGS =
            Map.of("END_STREAM", 1, "ACK", 1, "END_HEADERS", 4, "PADDED", 8, "PRIORITY", 0x20);

    private static final Pattern BYTE = Pattern.compile("[0-9a-f]{2}");
    private static final Pattern NUMBER = Pattern.compile("(byte|short|word|index|size|length):(.*)");

    private static final int RESERVED_BIT = 0x80000000;

    /**
     * One frame, ready to be sent.
     *
     * @param type its number; -1 for bytes that are no frame
     * @param stream without the reserved bit
     */
    record Frame(int type, int flags, int stream, byte[] bytes) {
        /** Whether it is of {@code wanted}, and no answer to one. */
        boolean isQuestion(int wanted) {
            return type == wanted && (flags & Http2Flags.ACK) == 0;
        }
    }

    private final ByteArrayOutputStream payload = new ByteArrayOutputStream();
    private final boolean ofSettings;
    private Optional<Integer> toldLength = Optional.empty();

    private FrameNotation(boolean ofSettings) {
        this.ofSettings = ofSettings;
    }

    private static Map<String, Integer> numbered(int first, String names) {
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names.split(" ")) {
            numbers.put(name, first + numbers.size());
        }
        return numbers;
    }

    /** Reads one line. */
    static List<Frame> parse(String line) {
        if (!line.startsWith("repeat ")) {
            return List.of(one(line));
        }
        int colon = line.indexOf(": ");
        int times = number(line.substring("repeat ".length(), colon));
        return IntStream.range(0, times)
                .mapToObj(i -> one(line.substring(colon + 2).replace("#", Integer.toString(2 * i + 1))))
                .toList();
    }

    private static Frame one(String line) {
        List<String> tokens = tokens(line);
        if (tokens.get(0).equals("RAW")) {
            FrameNotation raw = new FrameNotation(/* ofSettings= */ false);
            tokens.subList(1, tokens.size()).forEach(raw::add);
            return new Frame(-1, 0, 0, raw.payload.toByteArray());
        }
        int type = named(TYPES, tokens.get(0));
        int stream = number(tokens.get(1));
        int flags = 0;
        FrameNotation notation = new FrameNotation(tokens.get(0).equals("SETTINGS"));
        for (String token : tokens.subList(2, tokens.size())) {
            if (token.startsWith("+") && !token.contains("=")) {
                flags |= named(FLAGS, token.substring(1));
            } else {
                notation.add(token);
            }
        }
        return new Frame(type, flags, stream & ~RESERVED_BIT, notation.frame(type, flags, stream));
    }

    /** Cuts at spaces that are not between quotes. */
    private static List<String> tokens(String line) {
        List<String> tokens = new ArrayList<>();
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i <= line.length(); i++) {
            if (i == line.length() || (line.charAt(i) == ' ' && !quoted)) {
                if (i > begin) {
                    tokens.add(line.substring(begin, i));
                }
                begin = i + 1;
            } else if (line.charAt(i) == '"') {
                quoted = !quoted;
            }
        }
        return tokens;
    }

    /** Where a field's name ends; -1 if it is no field. */
    private static int equalsSign(String token) {
        boolean quoted = false;
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) == '=' && !quoted) {
                return i;
            }
            quoted ^= token.charAt(i) == '"';
        }
        return -1;
    }

    private byte[] frame(int type, int flags, int stream) {
        int length = toldLength.orElse(payload.size());
        return ByteBuffer.allocate(9 + payload.size())
                .putShort((short) (length >> Byte.SIZE))
                .put((byte) length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload.toByteArray())
                .array();
    }

    private static int named(Map<String, Integer> names, String name) {
        Integer number = names.get(name);
        return number != null ? number : number(name);
    }

    private static int number(String text) {
        try {
            return (int) (long) Long.decode(text);
        } catch (NumberFormatException e) {
            throw new AssertionError("neither a known name nor a number: " + text, e);
        }
    }

    private void add(String token) {
        Matcher number = NUMBER.matcher(token);
        int equals = equalsSign(token);
        if (BYTE.matcher(token).matches()) {
            payload.write(Integer.parseInt(token, 16));
        } else if (number.matches()) {
            addNumber(number.group(1), number(number.group(2)));
        } else if (equals >= 0 && ofSettings) {
            addNumber("short", named(SETTINGS, token.substring(0, equals)));
            addNumber("word", number(token.substring(equals + 1)));
        } else if (equals >= 0) {
            addField(token.substring(0, equals), token.substring(equals + 1));
        } else if (token.startsWith("\"")) {
            payload.writeBytes(bytes(plain(token)));
        } else if (Arrays.stream(Http2Error.values())
                .anyMatch(error -> error.name().equals(token))) {
            addNumber("word", (int) Http2Error.valueOf(token).code());
        } else {
            throw new AssertionError("no piece of a frame: " + token);
        }
    }

    /** RFC 7541 sections 6.2.1 and 6.2.2, with a new name. */
    private void addField(String name, String value) {
        boolean indexed = name.endsWith("+");
        payload.write(indexed ? 0x40 : 0);
        addString(plain(indexed ? name.substring(0, name.length() - 1) : name));
        addString(plain(value));
    }

    private static String plain(String quoted) {
        return quoted.replace("\"", "");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void addNumber(String kind, int value) {
        switch (kind) {
            case "byte" -> payload.write(value);
            case "short" ->
                payload.writeBytes(
                        ByteBuffer.allocate(2).putShort((short) value).array());
            case "word" ->
                payload.writeBytes(ByteBuffer.allocate(4).putInt(value).array());
            case "index" -> addInteger(0x80, 7, value);
            case "size" -> addInteger(0x20, 5, value);
            case "length" -> toldLength = Optional.of(value);
            default -> throw new AssertionError(kind);
        }
    }

    private void addString(String text) {
        byte[] bytes = bytes(text);
        addInteger(0, 7, bytes.length);
        payload.writeBytes(bytes);
    }

    /** RFC 7541 section 5.1. */
    private void addInteger(int pattern, int prefixBits, int value) {
        int full = (1 << prefixBits) - 1;
        if (value < full) {
            payload.write(pattern | value);
            return;
        }
        payload.write(pattern | full);
        int rest = value - full;
        for (; rest >= 0x80; rest >>= 7) {
            payload.write((rest & 0x7f) | 0x80);
        }
        payload.write(rest);
    }
}
