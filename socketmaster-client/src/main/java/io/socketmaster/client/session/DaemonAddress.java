package io.socketmaster.client.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** Where the daemon's control socket is: {@code host:port} or {@code unix:/path}. */
public sealed interface DaemonAddress {
    /** The environment variable that says where the daemon is. */
    String VARIABLE = "SOCKETMASTER_ADDR";

    /** Where a daemon listens that was told nothing. */
    DaemonAddress DEFAULT = new Tcp("127.0.0.1", 9999);

    /** Reads {@code host:port}, {@code [ipv6]:port} or {@code unix:/path}. */
    static DaemonAddress parse(String text) {
        if (text.startsWith("unix:")) {
            return Unix.parse(text);
        }
        return Tcp.parse(text);
    }

    /**
     * What {@value #VARIABLE} says; {@link #DEFAULT} if it is not set or empty.
     *
     * @throws IllegalArgumentException naming the variable, its value and what it should look like
     */
    static DaemonAddress fromEnvironment(Map<String, String> environment) {
        String value = environment.getOrDefault(VARIABLE, "");
        if (value.isEmpty()) {
            return DEFAULT;
        }
        try {
            return parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the environment variable " + VARIABLE + ": " + e.getMessage(), e);
        }
    }

    /** The address to connect to. Looks a host name up, which blocks; an IP address does not. */
    SocketAddress resolve() throws UnknownHostException;

    /**
     * A TCP address.
     *
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements DaemonAddress {
        private static final int MAX_PORT = 65_535;

        public Tcp {
            Objects.requireNonNull(host, "host");
            if (host.isEmpty() || port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("a daemon's address needs a host and a port between 1 and "
                        + MAX_PORT + ", and is '" + host + ":" + port + "'");
            }
        }

        private static Tcp parse(String text) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : withoutBrackets(text.substring(0, colon));
            try {
                return new Tcp(host, Integer.parseInt(text.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not the address of a daemon; expected host:port or unix:/path, such as "
                                + DEFAULT,
                        e);
            }
        }

        /** An IPv6 address has colons of its own, so it must stand in brackets. */
        private static String withoutBrackets(String host) {
            if (host.startsWith("[") && host.endsWith("]")) {
                return host.substring(1, host.length() - 1);
            }
            return host.indexOf(':') < 0 ? host : "";
        }

        @Override
        public SocketAddress resolve() throws UnknownHostException {
            return new InetSocketAddress(InetAddress.getByName(host), port);
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** A Unix socket. */
    record Unix(Path path) implements DaemonAddress {
        public Unix {
            Objects.requireNonNull(path, "path");
        }

        private static Unix parse(String text) {
            String path = text.substring("unix:".length());
            try {
                if (!path.isEmpty()) {
                    return new Unix(Path.of(path));
                }
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("'" + text + "' does not hold a path: " + e.getReason(), e);
            }
            throw new IllegalArgumentException("'" + text + "' has no path; expected unix:/path");
        }

        @Override
        public SocketAddress resolve() {
            return UnixDomainSocketAddress.of(path);
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
