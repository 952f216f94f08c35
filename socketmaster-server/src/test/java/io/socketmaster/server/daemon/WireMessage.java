package io.socketmaster.server.daemon;

import java.util.Locale;
import java.util.Optional;

/**
 * One HTTP/1.1 message at the beginning of a text, measured by the strict rules of RFC 9112 section 6.3, so that a test need
 * not trust the decoder that it tests.
 *
 * @param head with its empty line
 * @param end where the message ends in the text; -1 if that is further on
 */
record WireMessage(String head, int end) {
    /**
     * @param bodiless whether no body follows, whatever the head says
     * @param untilClose whether a body of untold length goes on to the end of the connection; else there is none
     * @return empty as long as the head is not complete
     */
    static Optional<WireMessage> at(String text, int from, boolean bodiless, boolean untilClose) {
        int body = text.indexOf("\r\n\r\n", from) + 4;
        if (body < 4) {
            return Optional.empty();
        }
        String head = text.substring(from, body);
        return Optional.of(new WireMessage(head, bodiless ? body : bodyEnd(text, head, body, untilClose)));
    }

    /** The same whole message with its body in one chunk: a proxy may cut chunks anew (RFC 9112 section 7.1), and does as bytes arrive. */
    static String inOneChunk(String message) {
        String head = message.substring(0, message.indexOf("\r\n\r\n") + 4);
        if (!isChunked(head)) {
            return message;
        }
        StringBuilder data = new StringBuilder();
        int at = head.length();
        int size;
        while ((size = chunkSize(message, at)) > 0) {
            int begin = message.indexOf("\r\n", at) + 2;
            data.append(message, begin, begin + size);
            at = begin + size + 2;
        }
        String chunk = data.isEmpty() ? "" : Integer.toHexString(data.length()) + "\r\n" + data + "\r\n";
        return head + chunk + message.substring(at);
    }

    private static boolean isChunked(String head) {
        return head.toLowerCase(Locale.ROOT).contains("\r\ntransfer-encoding: chunked\r\n");
    }

    private static int chunkSize(String text, int at) {
        return Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)), 16);
    }

    private static int bodyEnd(String text, String head, int body, boolean untilClose) {
        if (isChunked(head)) {
            return chunkedEnd(text, body);
        }
        Optional<String> length = field(head, "content-length");
        if (length.isEmpty()) {
            return untilClose ? -1 : body;
        }
        long end = body + Long.parseLong(length.get());
        return end <= text.length() ? (int) end : -1;
    }

    private static int chunkedEnd(String text, int from) {
        int at = from;
        while (true) {
            int line = text.indexOf("\r\n", at);
            if (line < 0) {
                return -1;
            }
            int size = chunkSize(text, at);
            if (size == 0) {
                int end = text.startsWith("\r\n", line + 2) ? line + 4 : text.indexOf("\r\n\r\n", line) + 4;
                return end <= text.length() && end >= 4 ? end : -1;
            }
            at = line + 2 + size + 2;
            if (at > text.length()) {
                return -1;
            }
        }
    }

    /** The value of the field of that lower-case name, if there is exactly one. */
    static Optional<String> field(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .reduce((one, other) -> {
                    throw new AssertionError("two fields " + name + " in " + head);
                });
    }

    /** The status of a response. */
    int status() {
        return Integer.parseInt(head.substring(9, 12));
    }
}
