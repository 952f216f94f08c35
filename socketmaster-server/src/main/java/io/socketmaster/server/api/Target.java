package io.socketmaster.server.api;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request target, taken apart and percent-decoded: a service's name may hold a {@code /}, which is {@code %2F} then. A
 * {@code +} stands for itself (RFC 3986 knows nothing else).
 *
 * @param path the segments
 * @param query each parameter once
 */
record Target(List<String> path, Map<String, String> query) {

    /** @throws ApiException {@code BAD_TARGET} naming what is wrong */
    static Target parse(String text) throws ApiException {
        if (!text.startsWith("/")) {
            throw bad("the target has to be a path, such as /v1/status");
        }
        int mark = text.indexOf('?');
        String path = mark < 0 ? text : text.substring(0, mark);
        List<String> segments = new ArrayList<>();
        for (String segment : path.substring(1).split("/", -1)) {
            segments.add(decode(segment));
        }
        Map<String, String> query = new LinkedHashMap<>();
        if (mark >= 0 && mark + 1 < text.length()) {
            for (String pair : text.substring(mark + 1).split("&", -1)) {
                int equals = pair.indexOf('=');
                String name = decode(equals < 0 ? pair : pair.substring(0, equals));
                if (query.put(name, equals < 0 ? "" : decode(pair.substring(equals + 1))) != null) {
                    throw bad("the parameter '" + name + "' is there twice");
                }
            }
        }
        return new Target(List.copyOf(segments), query);
    }

    private static String decode(String text) throws ApiException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] raw = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(raw.length);
        for (int i = 0; i < raw.length; i++) {
            if (raw[i] != '%') {
                bytes.put(raw[i]);
                continue;
            }
            int high = i + 2 < raw.length ? Character.digit(raw[i + 1], 16) : -1;
            int low = i + 2 < raw.length ? Character.digit(raw[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw bad("a % is not followed by two hexadecimal digits; write %25 for a percent sign");
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException notUtf8) {
            throw bad("what is percent-encoded is not UTF-8");
        }
    }

    private static ApiException bad(String message) {
        return ApiException.badRequest("BAD_TARGET", message);
    }
}
