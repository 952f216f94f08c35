package io.socketmaster.server.http;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/** Ids by which a request is found in several logs: 128 bits, unique enough, and no secret. */
final class RequestIds {
    private RequestIds() {}

    /** 32 hexadecimal digits. */
    static String next() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
