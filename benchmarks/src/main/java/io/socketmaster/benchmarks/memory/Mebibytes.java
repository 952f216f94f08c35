package io.socketmaster.benchmarks.memory;

import java.util.Locale;

/** How sizes are written. */
final class Mebibytes {
    private static final double MEBI = 1 << 20;

    private Mebibytes() {}

    /** {@code 12.3 MiB}. */
    static String of(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBI);
    }
}
