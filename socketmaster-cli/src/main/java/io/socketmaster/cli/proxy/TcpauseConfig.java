package io.socketmaster.cli.proxy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What TCPause can be told, with its defaults, checked as a whole.
 *
 * @param gracePeriod how long what is in flight may take at the stop; default 10 s
 * @param listen where clients come; default {@code tcp://localhost:3000}
 * @param upstream where they go; default {@code tcp://localhost:3002}
 * @param control where scripts pause and resume; default {@code tcp://localhost:3001}
 * @param rejectClients whether clients get 503 while it is paused, instead of waiting; default false
 * @param retryAfter when they are told to come again; default 3 s; zero: they are not told
 * @param tls what the 503 is sent with to clients who speak TLS with the upstream; empty: it is sent in clear text
 */
public record TcpauseConfig(
        Duration gracePeriod,
        String listen,
        String upstream,
        String control,
        boolean rejectClients,
        Duration retryAfter,
        Optional<TlsFiles> tls) {
    /** A name in the file; a flag is the same with dashes. */
    public static final String GRACE_PERIOD = "grace-period";

    public static final String PROXY_ADDR = "proxy.addr";
    public static final String REJECT_CLIENTS = "proxy.reject-clients";
    public static final String RETRY_AFTER = "proxy.retry-after-interval";
    public static final String BLOCK_POLL = "proxy.block-poll-interval";
    public static final String CLOSE_POLL = "proxy.close-poll-interval";
    public static final String CA_CERT = "proxy.tls.ca-cert";
    public static final String CERT = "proxy.tls.cert";
    public static final String KEY = "proxy.tls.key";
    public static final String CONTROL_ADDR = "control.addr";
    public static final String UPSTREAM_ADDR = "upstream.addr";

    private static final Map<String, String> DEFAULTS = Map.ofEntries(
            Map.entry(GRACE_PERIOD, "10s"),
            Map.entry(PROXY_ADDR, "tcp://localhost:3000"),
            Map.entry(REJECT_CLIENTS, "false"),
            Map.entry(RETRY_AFTER, "3s"),
            Map.entry(BLOCK_POLL, "100ms"),
            Map.entry(CLOSE_POLL, "100ms"),
            Map.entry(CA_CERT, ""),
            Map.entry(CERT, ""),
            Map.entry(KEY, ""),
            Map.entry(CONTROL_ADDR, "tcp://localhost:3001"),
            Map.entry(UPSTREAM_ADDR, "tcp://localhost:3002"));

    private static final Set<String> YES = Set.of("true", "yes", "on");
    private static final Set<String> NO = Set.of("false", "no", "off");

    /**
     * @param clientCa who vouches for clients; empty: nobody is asked for a certificate
     * @param certificate chain, PEM
     * @param key PEM
     */
    public record TlsFiles(Optional<Path> clientCa, Path certificate, Path key) {}

    /**
     * What the file says, and in its place what the flags say.
     *
     * @param flags by the file's names
     * @throws IllegalArgumentException in one line: what is wrong and where
     */
    public static TcpauseConfig of(Optional<Path> file, Map<String, String> flags) {
        Map<String, String> said = new HashMap<>(DEFAULTS);
        file.ifPresent(path -> said.putAll(TcpauseFile.read(path, DEFAULTS.keySet())));
        said.putAll(flags);
        // Nothing is polled here; what was written for it is still read, so that a slip is found.
        duration(said, BLOCK_POLL);
        duration(said, CLOSE_POLL);
        return new TcpauseConfig(
                duration(said, GRACE_PERIOD),
                address(said, PROXY_ADDR),
                address(said, UPSTREAM_ADDR),
                address(said, CONTROL_ADDR),
                flag(said, REJECT_CLIENTS),
                duration(said, RETRY_AFTER),
                tls(said));
    }

    private static Duration duration(Map<String, String> said, String name) {
        try {
            return GoDuration.parse(said.get(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    private static boolean flag(Map<String, String> said, String name) {
        String word = said.get(name).toLowerCase(Locale.ROOT);
        if (!YES.contains(word) && !NO.contains(word)) {
            throw new IllegalArgumentException(name + ": '" + said.get(name) + "' is neither true nor false");
        }
        return YES.contains(word);
    }

    /** With its scheme taken off where ours has none. */
    private static String address(Map<String, String> said, String name) {
        String text = said.get(name);
        if (text.startsWith("tcp://")) {
            return text.substring("tcp://".length());
        }
        if (text.contains("://") && !text.startsWith("unix://")) {
            throw new IllegalArgumentException(name + ": '" + text
                    + "' begins neither with tcp:// nor with unix://; write tcp://HOST:PORT or" + " unix:///PATH");
        }
        return text;
    }

    private static Optional<TlsFiles> tls(Map<String, String> said) {
        List<String> given = List.of(CA_CERT, CERT, KEY).stream()
                .filter(name -> !said.get(name).isEmpty())
                .toList();
        if (given.isEmpty()) {
            return Optional.empty();
        }
        for (String needed : List.of(CERT, KEY)) {
            if (!given.contains(needed)) {
                throw new IllegalArgumentException(String.join(" and ", given) + " without " + needed
                        + "; a certificate needs its key, and a client CA both");
            }
        }
        Optional<Path> clientCa =
                Optional.of(said.get(CA_CERT)).filter(path -> !path.isEmpty()).map(Path::of);
        return Optional.of(new TlsFiles(clientCa, Path.of(said.get(CERT)), Path.of(said.get(KEY))));
    }
}
