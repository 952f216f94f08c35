package io.socketmaster.server;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.util.internal.PlatformDependent;
import io.socketmaster.server.listener.MemoryUse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads how much memory is in use: of the kernel's for TCP, as Linux tells it under {@code /proc}, and of our own for
 * buffers. Reading takes some microseconds and waits for nothing. Thread-safe.
 */
final class Memory {
    /** Where Linux tells of itself. */
    static final Path PROC = Path.of("/proc");

    private static final Pattern TCP_PAGES = Pattern.compile("(?m)^TCP:.* mem (\\d+)");
    private static final Pattern FIRST_MARK = Pattern.compile("^(\\d+)");
    private static final Pattern TOTAL_KIB = Pattern.compile("(?m)^MemTotal: *(\\d+) kB");

    /** What the kernel chooses for the first mark: three of 64 pages. */
    private static final int DEFAULT_PART = 64 / 3;

    /** Of nearly every machine; where it is larger, less is seen than is in use. */
    private static final int PAGE_KIB = 4;

    private static final int MOST_BYTES = 8 << 10;

    private final Path sockets;
    private final long moderatePages;
    private final long mostBufferBytes = PlatformDependent.maxDirectMemory();
    private final PooledByteBufAllocator buffers;

    /**
     * @param proc {@link #PROC}
     * @param buffers what lends us ours
     */
    Memory(Path proc, PooledByteBufAllocator buffers) {
        this.buffers = buffers;
        sockets = proc.resolve("net/sockstat");
        moderatePages = moderatePages(proc);
    }

    /** How many pages the kernel takes for moderate use by TCP; 0 where it does not say. */
    static long moderatePages(Path proc) {
        // A container with a network of its own is not shown the marks, but shares them.
        long marked = number(proc.resolve("sys/net/ipv4/tcp_mem"), FIRST_MARK);
        return marked > 0 ? marked : number(proc.resolve("meminfo"), TOTAL_KIB) / PAGE_KIB / DEFAULT_PART;
    }

    MemoryUse use() {
        // Of buffers that somebody holds; what is kept for the next ones does not count.
        return new MemoryUse(
                percent(number(sockets, TCP_PAGES), moderatePages),
                percent(buffers.pinnedDirectMemory(), mostBufferBytes));
    }

    private static int percent(long part, long whole) {
        return whole <= 0 ? 0 : (int) Math.min(Integer.MAX_VALUE, part * 100 / whole);
    }

    /** The first number that {@code pattern} finds there; 0 if there is none, as on another system than Linux. */
    private static long number(Path file, Pattern pattern) {
        try (InputStream in = Files.newInputStream(file)) {
            // In one read: a second one of a kernel's setting finds its end, wherever the first one stopped.
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.US_ASCII);
            Matcher matcher = pattern.matcher(text);
            return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
        } catch (IOException notThere) {
            return 0;
        }
    }
}
