package io.socketmaster.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The same as {@link HttpLoad}, made by {@code wrk}, which takes less of the machine. Stateless. */
public final class WrkLoad {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern PERCENTILE = Pattern.compile("(50|99)%\\s+([\\d.]+)(us|ms|s|m)\\b");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final Pattern OTHER_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    private WrkLoad() {}

    /**
     * Loads {@code target} and waits for the end.
     *
     * @throws IOException if {@code wrk} fails; the message holds what it printed
     */
    public static HttpResult run(InetSocketAddress target, boolean newConnections, int connections, Duration time)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of("wrk", "-t1", "-c" + connections, "-d" + Math.max(1, time.toSeconds()) + "s", "--latency"));
        if (newConnections) {
            command.add("-H");
            command.add("Connection: close");
        }
        command.add("http://" + target.getAddress().getHostAddress() + ":" + target.getPort() + "/bench");
        Process wrk = new ProcessBuilder(command).redirectErrorStream(true).start();
        wrk.getOutputStream().close();
        String output = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return parse(output);
    }

    static HttpResult parse(String output) throws IOException {
        long requests = Long.parseLong(find(REQUESTS, output).group(1));
        double rate = Double.parseDouble(find(RATE, output).group(1));
        long errors = 0;
        Matcher socketErrors = SOCKET_ERRORS.matcher(output);
        if (socketErrors.find()) {
            for (int group = 1; group <= socketErrors.groupCount(); group++) {
                errors += Long.parseLong(socketErrors.group(group));
            }
        }
        Matcher otherStatus = OTHER_STATUS.matcher(output);
        long wrong = otherStatus.find() ? Long.parseLong(otherStatus.group(1)) : 0;
        Matcher percentiles = find(PERCENTILE, output);
        Duration p50 = duration(percentiles);
        if (!percentiles.find()) {
            throw new IOException("wrk printed no 99th percentile:\n" + output);
        }
        double seconds = rate > 0 ? requests / rate : 1;
        return new HttpResult(requests - wrong, errors + wrong, seconds, p50, duration(percentiles));
    }

    private static Matcher find(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("wrk printed nothing like " + pattern + ":\n" + output);
        }
        return matcher;
    }

    private static Duration duration(Matcher percentile) {
        double number = Double.parseDouble(percentile.group(2));
        double nanos = switch (percentile.group(3).toLowerCase(Locale.ROOT)) {
            case "us" -> number * 1e3;
            case "ms" -> number * 1e6;
            case "s" -> number * 1e9;
            default -> number * 60e9;
        };
        return Duration.ofNanos((long) nanos);
    }
}
