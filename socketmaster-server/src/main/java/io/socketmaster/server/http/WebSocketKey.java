package io.socketmaster.server.http;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What shows a WebSocket client of HTTP/1.1 that its server understood it (RFC 6455 section 4.2.2). HTTP/2 does without (RFC
 * 8441 section 5), so where we ask in such a client's place the key is ours. No secret.
 *
 * @param value of the field Sec-WebSocket-Key
 */
record WebSocketKey(String value) {
    private static final int BYTES = 16;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    static WebSocketKey random() {
        byte[] nonce = new byte[BYTES];
        ThreadLocalRandom.current().nextBytes(nonce);
        return new WebSocketKey(Base64.getEncoder().encodeToString(nonce));
    }

    /** The value of Sec-WebSocket-Accept that answers it. */
    String accept() {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((value + GUID).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-1", e);
        }
    }
}
