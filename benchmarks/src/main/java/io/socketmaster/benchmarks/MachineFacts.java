package io.socketmaster.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/** What a figure depends on and a reader should know. Stateless. */
public final class MachineFacts {
    private MachineFacts() {}

    /** One line: the day, cores, processor, kernel, Java and load. */
    public static String describe() {
        return String.format(
                Locale.ROOT,
                "%s; %d cores (%s), Linux %s, Java %s, load average %.1f at the start",
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                processor(),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse("processor unknown");
        } catch (IOException e) {
            return "processor unknown: " + e.getMessage();
        }
    }

    /** The first line that a program prints about its version; empty if it is not installed. */
    public static Optional<String> version(String program, String option) {
        try {
            Process process = new ProcessBuilder(program, option)
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .findFirst();
        } catch (IOException notInstalled) {
            return Optional.empty();
        }
    }
}
