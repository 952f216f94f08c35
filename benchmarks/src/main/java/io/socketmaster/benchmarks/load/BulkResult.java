package io.socketmaster.benchmarks.load;

/**
 * What a bulk transfer moved.
 *
 * @param bytes received, or taken by the client's socket, within the time that was measured
 * @param seconds how long that was
 * @param errors connections that could not be made or ended before they should
 */
public record BulkResult(long bytes, double seconds, long errors) {
    private static final double GIGA = 1e9;

    /** In units of 10⁹ bytes. */
    public double gigabytesPerSecond() {
        return bytes / seconds / GIGA;
    }
}
