package io.socketmaster.benchmarks.chaos;

import java.util.Random;

/**
 * Bytes that both ends know from an id: what arrives can be checked to the last byte, and nobody's bytes look like another's.
 * Stateless.
 */
public final class Payload {
    private static final int PERIOD = 65_521;
    private static final byte[] PATTERN = new byte[PERIOD];
    /** Ids that follow each other begin far apart in the pattern. */
    private static final long STRIDE = 7_919;

    static {
        new Random(1).nextBytes(PATTERN);
    }

    private Payload() {}

    /** The {@code length} bytes that belong to {@code id}. */
    public static byte[] of(long id, int length) {
        byte[] bytes = new byte[length];
        int from = offset(id, 0);
        for (int done = 0; done < length; ) {
            int count = Math.min(length - done, PERIOD - from);
            System.arraycopy(PATTERN, from, bytes, done, count);
            done += count;
            from = 0;
        }
        return bytes;
    }

    /** Whether {@code bytes[0..length)} are those of {@code id} from {@code position} on. */
    public static boolean matches(long id, long position, byte[] bytes, int length) {
        int at = offset(id, position);
        for (int i = 0; i < length; i++) {
            if (bytes[i] != PATTERN[at]) {
                return false;
            }
            at = at + 1 == PERIOD ? 0 : at + 1;
        }
        return true;
    }

    private static int offset(long id, long position) {
        return (int) ((id % PERIOD * STRIDE + position) % PERIOD);
    }
}
