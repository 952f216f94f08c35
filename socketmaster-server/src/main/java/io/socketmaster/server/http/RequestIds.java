package io.socketmaster.server.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids by which a request is found in several logs: 128 bits, unique enough, and no secret. */
final class RequestIds {
    private static final int BYTES = 16;

    private RequestIds() {}

    /** 32 hexadecimal digits. */
    static String next() {
        byte[] id = new byte[BYTES];
        ThreadLocalRandom.current().nextBytes(id);
        return HexFormat.of().formatHex(id);
    }
}
