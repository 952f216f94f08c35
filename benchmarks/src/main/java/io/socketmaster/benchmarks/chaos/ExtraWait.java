package io.socketmaster.benchmarks.chaos;

import java.util.Arrays;
import java.util.List;

/**
 * How much longer requests took because a service changed. Pure.
 *
 * @param askedNanos when the request was sent
 * @param answeredNanos when its answer was complete
 */
record ExtraWait(long askedNanos, long answeredNanos) {
    private long nanos() {
        return answeredNanos - askedNanos;
    }

    /** What a request takes when nothing happens: the median. */
    static long usualNanos(List<ExtraWait> requests) {
        long[] sorted = requests.stream().mapToLong(ExtraWait::nanos).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[sorted.length / 2];
    }

    /** The longest beyond the usual of those that were under way at some time from {@code fromNanos} to {@code toNanos}. */
    static long longestBeyondUsual(List<ExtraWait> requests, long fromNanos, long toNanos) {
        long longest = requests.stream()
                .filter(each -> each.answeredNanos - fromNanos >= 0 && toNanos - each.askedNanos >= 0)
                .mapToLong(ExtraWait::nanos)
                .max()
                .orElse(0);
        return Math.max(0, longest - usualNanos(requests));
    }

    /** The longest that one which waited at {@code readyNanos} waited on. */
    static long longestAfter(List<ExtraWait> requests, long readyNanos) {
        return Arrays.stream(requests.stream()
                        .filter(each -> each.askedNanos - readyNanos < 0 && each.answeredNanos - readyNanos >= 0)
                        .mapToLong(each -> each.answeredNanos - readyNanos)
                        .toArray())
                .max()
                .orElse(0);
    }
}
