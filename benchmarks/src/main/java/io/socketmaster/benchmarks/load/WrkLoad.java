package io.socketmaster.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests by HTTP/1.1, each connection's next one when its answer has come, made by {@code wrk}. Stateless. */
public final class WrkLoad {
    private static final Pattern REQUESTS = Pattern.compile("(\\d+) requests in ");
    private static final Pattern RATE = Pattern.compile("Requests/sec:\\s+([\\d.]+)");
    private static final Pattern PERCENTILE = Pattern.compile("(50|99)%\\s+([\\d.]+)(us|ms|s|m)\\b");
    private static final Pattern SOCKET_ERRORS =
            Pattern.compile("Socket errors: connect (\\d+), read (\\d+), write (\\d+), timeout (\\d+)");
    private static final Pattern OTHER_STATUS = Pattern.compile("Non-2xx or 3xx responses: (\\d+)");

    private static final double MILLIS_PER_SECOND = 1e3;

    /** What connections are like. */
    public enum Kind {
        KEEP_ALIVE("http", /* newConnections= */ false),
        /** A connection for each request, which asks for the close. */
        NEW_CONNECTIONS("http", /* newConnections= */ true),
        TLS_KEEP_ALIVE("https", /* newConnections= */ false);

        private final String scheme;
        private final boolean newConnections;

        Kind(String scheme, boolean newConnections) {
            this.scheme = scheme;
            this.newConnections = newConnections;
        }
    }

    private WrkLoad() {}

    /**
     * Loads {@code target} and waits for the end.
     *
     * @param time at least 100 ms; {@code wrk} knows whole seconds only, so {@code timeout} interrupts it, whereupon it prints what it has
     * @throws IOException if {@code wrk} fails; the message holds what it printed
     */
    public static HttpResult run(InetSocketAddress target, Kind kind, int connections, Duration time)
            throws IOException {
        List<String> command =
                new ArrayList<>(List.of("timeout", "-s", "INT", time.toMillis() / MILLIS_PER_SECOND + "s"));
        command.addAll(List.of("wrk", "-t1", "-c" + connections, "-d" + (time.toSeconds() + 2) + "s", "--latency"));
        if (kind.newConnections) {
            command.add("-H");
            command.add("Connection: close");
        }
        command.add(kind.scheme + "://" + target.getAddress().getHostAddress() + ":" + target.getPort() + "/bench");
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
        HttpResult.Latency latency = new HttpResult.Latency(p50, duration(percentiles));
        return new HttpResult(requests - wrong, errors + wrong, seconds, Optional.of(latency));
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
