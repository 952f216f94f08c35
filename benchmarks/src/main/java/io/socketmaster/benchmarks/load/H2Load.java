package io.socketmaster.benchmarks.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Requests by HTTP/2, made by {@code h2load}. Stateless. */
public final class H2Load {
    private static final Pattern FINISHED = Pattern.compile("finished in ([\\d.]+)(ms|s), ");
    private static final Pattern REQUESTS = Pattern.compile("requests: .* (\\d+) failed, ");
    private static final Pattern STATUS =
            Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

    private H2Load() {}

    /**
     * Loads {@code target} and waits for the end.
     *
     * @param tls whether by TLS, with ALPN, as browsers do; else in clear text with prior knowledge
     * @param streams requests that each connection has under way
     * @throws IOException if {@code h2load} fails; the message holds what it printed
     */
    public static HttpResult run(InetSocketAddress target, boolean tls, int connections, int streams, Duration time)
            throws IOException {
        Process h2load = new ProcessBuilder(List.of(
                        "h2load",
                        "-c" + connections,
                        "-m" + streams,
                        "-D" + time.toMillis() + "ms",
                        (tls ? "https://" : "http://") + target.getAddress().getHostAddress() + ":" + target.getPort()
                                + "/bench"))
                .redirectErrorStream(true)
                .start();
        h2load.getOutputStream().close();
        return parse(new String(h2load.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    }

    static HttpResult parse(String output) throws IOException {
        Matcher finished = find(FINISHED, output);
        double seconds =
                Double.parseDouble(finished.group(1)) * (finished.group(2).equals("ms") ? 1e-3 : 1);
        long failed = Long.parseLong(find(REQUESTS, output).group(1));
        Matcher status = find(STATUS, output);
        for (int group = 2; group <= status.groupCount(); group++) {
            failed += Long.parseLong(status.group(group));
        }
        return new HttpResult(Long.parseLong(status.group(1)), failed, seconds, Optional.empty());
    }

    private static Matcher find(Pattern pattern, String output) throws IOException {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new IOException("h2load printed nothing like " + pattern + ":\n" + output);
        }
        return matcher;
    }
}
