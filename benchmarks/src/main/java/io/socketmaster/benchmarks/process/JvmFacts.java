package io.socketmaster.benchmarks.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a JVM says of its memory, asked by {@code jcmd}.
 *
 * @param heapBytes used part of the heap
 * @param directBytes memory outside of it that Java code asked for: Netty's buffers before all
 */
public record JvmFacts(long heapBytes, long directBytes) {
    /** The option without which a JVM does not know its direct memory. */
    public static final String REQUIRED_OPTION = "-XX:NativeMemoryTracking=summary";

    private static final Pattern HEAP_USED = Pattern.compile("heap\\s+total \\d+K, used (\\d+)K");
    private static final Pattern YOUNG_USED = Pattern.compile("generation\\s+total \\d+K, used (\\d+)K");
    private static final Pattern DIRECT = Pattern.compile("Other \\(reserved=\\d+KB, committed=(\\d+)KB\\)");

    private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([BKMG])");

    /** Asks as it is. */
    public static JvmFacts of(long pid) throws IOException {
        return new JvmFacts(heap(jcmd(pid, "GC.heap_info")), direct(jcmd(pid, "VM.native_memory", "summary")));
    }

    /** Asks after a full collection. */
    public static JvmFacts afterCollection(long pid) throws IOException {
        jcmd(pid, "GC.run");
        return of(pid);
    }

    /**
     * Bytes that its living threads have ever allocated on the heap, by their own count; each thread's comes rounded to MiB once
     * it is large. Threads that have ended do not count, but those of a daemon do not end.
     */
    public static long allocatedBytes(long pid) throws IOException {
        return allocated(jcmd(pid, "Thread.print", "-e"));
    }

    /** @param threads what {@code jcmd} prints of them */
    static long allocated(String threads) throws IOException {
        long bytes = 0;
        int counts = 0;
        for (Matcher matcher = ALLOCATED.matcher(threads); matcher.find(); counts++) {
            bytes += Long.parseLong(matcher.group(1)) * unit(matcher.group(2));
        }
        if (counts == 0) {
            throw new IOException("jcmd Thread.print -e printed no allocated bytes:\n" + threads);
        }
        return bytes;
    }

    private static long unit(String letter) {
        return switch (letter) {
            case "K" -> 1L << 10;
            case "M" -> 1L << 20;
            case "G" -> 1L << 30;
            default -> 1;
        };
    }

    /** The sum of the generations: some collectors print one line for the whole heap, some one for each. */
    private static long heap(String info) throws IOException {
        long kilobytes = sum(HEAP_USED, info);
        kilobytes = kilobytes > 0 ? kilobytes : sum(YOUNG_USED, info);
        if (kilobytes == 0) {
            throw new IOException("jcmd GC.heap_info printed no used heap:\n" + info);
        }
        return kilobytes * 1024;
    }

    private static long direct(String summary) throws IOException {
        if (!summary.contains("Native Memory Tracking:")) {
            throw new IOException("the JVM does not track its memory; start it with " + REQUIRED_OPTION);
        }
        return sum(DIRECT, summary) * 1024;
    }

    private static long sum(Pattern pattern, String text) {
        long sum = 0;
        for (Matcher matcher = pattern.matcher(text); matcher.find(); ) {
            sum += Long.parseLong(matcher.group(1));
        }
        return sum;
    }

    private static String jcmd(long pid, String... command) throws IOException {
        String[] line = new String[command.length + 2];
        line[0] = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        line[1] = Long.toString(pid);
        System.arraycopy(command, 0, line, 2, command.length);
        Process jcmd = new ProcessBuilder(line).redirectErrorStream(true).start();
        jcmd.getOutputStream().close();
        return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
