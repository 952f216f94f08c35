package io.socketmaster.server.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a daemon runs.
 *
 * @param bind where the control socket listens; a loopback address, because callers cannot be authenticated; port 0 lets
 *     the system choose. Default 127.0.0.1:9999
 * @param unixSocket path of the control socket's Unix twin, readable by its owner only; empty: none
 * @param handshakeDeadline how long a service may take for its handshake; default 5 s
 * @param handshakes how many handshakes may be under way at once; default 256
 * @param sessions how many services may be connected at once; default 16,384
 * @param sessionConnections how many connections a session may have when it is used, at most one for each event loop; 1: never
 *     more than the one with which it registered; default 4
 * @param stopGrace how long what is in flight may take when the daemon stops; default 30 s
 * @param longLivedDrain how long upgraded and TCP connections may stay on a service that was replaced or leaves; not
 *     shorter than what the service asked for its requests; default 10 min
 * @param sniff how long a client may take to show its protocol on a port where several are spoken; default 10 s
 * @param silence how long a client may say nothing on a port that a plain TCP service shares with TLS before it is taken
 *     for the TCP service's, whose protocol may let the server speak first; default 2 s
 * @param connections how many client connections may be open at once; less where the process may not have as many
 *     descriptors
 * @param memory what is done for the others when clients that take nothing fill the memory
 * @param http limits and times of HTTP
 */
public record DaemonSettings(
        InetSocketAddress bind,
        Optional<Path> unixSocket,
        Duration handshakeDeadline,
        int handshakes,
        int sessions,
        int sessionConnections,
        Duration stopGrace,
        Duration longLivedDrain,
        Duration sniff,
        Duration silence,
        ConnectionLimits connections,
        MemorySettings memory,
        HttpSettings http) {
    /** The control socket's port, unless told otherwise. */
    public static final int DEFAULT_PORT = 9_999;

    /** What a daemon does that was told nothing. */
    public static final DaemonSettings DEFAULTS = new DaemonSettings(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), DEFAULT_PORT),
            Optional.empty(),
            Duration.ofSeconds(5),
            256,
            16_384,
            4,
            Duration.ofSeconds(30),
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(2),
            ConnectionLimits.DEFAULTS,
            MemorySettings.DEFAULTS,
            HttpSettings.DEFAULTS);

    public DaemonSettings {
        Objects.requireNonNull(unixSocket, "unixSocket");
        Objects.requireNonNull(connections, "connections");
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(http, "http");
        if (bind.isUnresolved()) {
            throw new IllegalArgumentException("bind: the host " + bind.getHostString()
                    + " is not known; use an IP address such as 127.0.0.1 or [::1]");
        }
        if (!bind.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException("bind: " + bind.getHostString()
                    + " is not a loopback address, and whoever reaches the control socket may take any port of this"
                    + " machine without being asked who they are; use 127.0.0.1 or [::1]");
        }
        requirePositive(handshakeDeadline, "handshakeDeadline");
        requirePositive(handshakes, "handshakes");
        requirePositive(sessions, "sessions");
        requirePositive(sessionConnections, "sessionConnections");
        requirePositive(longLivedDrain, "longLivedDrain");
        requirePositive(sniff, "sniff");
        requirePositive(silence, "silence");
        if (stopGrace.isNegative()) {
            throw new IllegalArgumentException("stopGrace " + stopGrace + " is negative");
        }
        if (silence.compareTo(sniff) > 0) {
            throw new IllegalArgumentException("silence " + silence + " is longer than sniff " + sniff
                    + ", after which a silent client is closed; shorten silence or lengthen sniff");
        }
    }

    public DaemonSettings withBind(InetSocketAddress newBind) {
        return with("bind", newBind);
    }

    public DaemonSettings withUnixSocket(Optional<Path> newUnixSocket) {
        return with("unixSocket", newUnixSocket);
    }

    public DaemonSettings withStopGrace(Duration newStopGrace) {
        return with("stopGrace", newStopGrace);
    }

    public DaemonSettings withLongLivedDrain(Duration newLongLivedDrain) {
        return with("longLivedDrain", newLongLivedDrain);
    }

    public DaemonSettings withConnections(ConnectionLimits newConnections) {
        return with("connections", newConnections);
    }

    private DaemonSettings with(String component, Object value) {
        return NamedSettings.replace(this, component, value);
    }

    /**
     * Reads {@code HOST:PORT}, {@code [IPV6]:PORT}, {@code :PORT} or {@code HOST}.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    public static InetSocketAddress parseBind(String text) {
        int colon = text.endsWith("]") ? -1 : text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        String port = colon < 0 ? String.valueOf(DEFAULT_PORT) : text.substring(colon + 1);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host);
            return new InetSocketAddress(address, parsePort(port, text));
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(
                    "'" + text + "': the host " + host + " is not known; HOST:PORT is wanted, such as 127.0.0.1:9999",
                    e);
        }
    }

    private static int parsePort(String port, String text) {
        try {
            int number = Integer.parseInt(port);
            if (number >= 0 && number <= 65_535) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "'" + text + "': the port '" + port + "' is not a number; HOST:PORT is wanted, such as"
                            + " 127.0.0.1:9999",
                    e);
        }
        throw new IllegalArgumentException("'" + text + "': the port " + port + " is not between 0 and 65535");
    }

    private static void requirePositive(Duration value, String name) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " has to be longer than 0s");
        }
    }

    private static void requirePositive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " " + value + " is not positive");
        }
    }
}
