package io.socketmaster.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** What the kernel knows of a process; see proc(5). Stateless. */
public final class ProcessFacts {
    /** USER_HZ, which Linux shows to programs on every platform that Java runs on. */
    private static final double TICKS_PER_SECOND = 100;

    /** Fields of {@code stat} behind the command's closing bracket. */
    private static final int UTIME = 11;

    private static final int STIME = 12;

    private ProcessFacts() {}

    /** Seconds of processor time, user and system, that all threads of the process have used. */
    public static double cpuSeconds(long pid) {
        String stat = read(Path.of("/proc", Long.toString(pid), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return (Long.parseLong(fields[UTIME]) + Long.parseLong(fields[STIME])) / TICKS_PER_SECOND;
    }

    /** The same with all processes that it started, such as a master's workers. */
    public static double cpuSecondsOfTree(long pid) {
        return tree(pid).mapToDouble(ProcessFacts::cpuSeconds).sum();
    }

    /** The most resident memory that each process of the tree ever had, added up: what they share counts for each. */
    public static long peakResidentBytesOfTree(long pid) {
        return tree(pid).map(ProcessFacts::peakResidentBytes).sum();
    }

    private static LongStream tree(long pid) {
        LongStream children = ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::descendants)
                .mapToLong(ProcessHandle::pid);
        return LongStream.concat(LongStream.of(pid), children);
    }

    /** Resident memory now, in bytes. */
    public static long residentBytes(long pid) {
        return statusKilobytes(pid, "VmRSS:") * 1024;
    }

    /** The most resident memory that it ever had, in bytes. */
    public static long peakResidentBytes(long pid) {
        return statusKilobytes(pid, "VmHWM:") * 1024;
    }

    private static long statusKilobytes(long pid, String field) {
        return read(Path.of("/proc", Long.toString(pid), "status"))
                .lines()
                .filter(line -> line.startsWith(field))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("process " + pid + " has ended: no " + field));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
