package io.socketmaster.server.backend;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** Where a plain backend is. Its text is what people see of it, and reads back as the same address. */
public sealed interface BackendAddress {
    /**
     * Reads {@code host:port}, {@code [ipv6]:port}, {@code port} (of this machine) or {@code unix:/path}; with {@code tcp://}
     * or {@code unix://} in front too. Looks nothing up.
     *
     * @throws IllegalArgumentException naming what is wrong with it
     */
    static BackendAddress parse(String text) {
        if (text.startsWith("unix:")) {
            return Unix.parse(text);
        }
        return Tcp.parse(text);
    }

    /**
     * The addresses to try, in this order. Looks a host name up, which may block: not on an event loop.
     *
     * @return at least one
     * @throws UnknownHostException with a sentence for people
     */
    List<SocketAddress> resolve() throws UnknownHostException;

    /**
     * A TCP address.
     *
     * @param host a name or an IP address, without brackets
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements BackendAddress {
        private static final int MAX_PORT = 65_535;
        private static final String SCHEME = "tcp://";
        private static final String EXPECTED =
                "; expected HOST:PORT or unix:/PATH, such as localhost:4444 or unix:/run/app.sock";

        public Tcp {
            Objects.requireNonNull(host, "host");
            if (host.isBlank() || host.chars().anyMatch(each -> each <= ' ' || each == '/')) {
                throw new IllegalArgumentException("the host '" + host + "' is not one" + EXPECTED);
            }
            if (port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("the port " + port + " is not between 1 and " + MAX_PORT + EXPECTED);
            }
        }

        private static Tcp parse(String text) {
            String address = text.startsWith(SCHEME) ? text.substring(SCHEME.length()) : text;
            int colon = address.lastIndexOf(':');
            String host = colon < 0 ? "localhost" : address.substring(0, colon);
            try {
                return new Tcp(withoutBrackets(host), port(address.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not the address of a backend: " + e.getMessage(), e);
            }
        }

        /** An IPv6 address has colons of its own, so it must stand in brackets. */
        private static String withoutBrackets(String host) {
            if (host.startsWith("[") && host.endsWith("]")) {
                return host.substring(1, host.length() - 1);
            }
            if (host.indexOf(':') >= 0) {
                throw new IllegalArgumentException("an IPv6 address stands in brackets" + EXPECTED);
            }
            return host;
        }

        private static int port(String digits) {
            if (digits.isEmpty()
                    || digits.length() > 5
                    || !digits.chars().allMatch(each -> each >= '0' && each <= '9')) {
                throw new IllegalArgumentException(
                        "the port '" + digits + "' is not a number up to " + MAX_PORT + EXPECTED);
            }
            return Integer.parseInt(digits);
        }

        @Override
        public List<SocketAddress> resolve() throws UnknownHostException {
            try {
                return Stream.of(InetAddress.getAllByName(host))
                        .<SocketAddress>map(address -> new InetSocketAddress(address, port))
                        .toList();
            } catch (UnknownHostException e) {
                UnknownHostException explained = new UnknownHostException(
                        "the host '" + host + "' of the backend is not known; correct it, or use an IP address");
                explained.initCause(e);
                throw explained;
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** A Unix socket. */
    record Unix(Path path) implements BackendAddress {
        /** {@code sun_path} of Linux holds 108 bytes with its end, of which the JDK uses one less. */
        private static final int MAX_PATH_BYTES = 106;

        public Unix {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("the path '" + path
                        + "' of a Unix socket has to be absolute; write unix:/path or unix:///path");
            }
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH_BYTES) {
                throw new IllegalArgumentException(
                        "the path " + path + " is too long for a Unix socket, which has room for " + MAX_PATH_BYTES
                                + " bytes; choose a shorter one");
            }
        }

        private static Unix parse(String text) {
            String path = text.substring("unix:".length());
            if (path.startsWith("//")) {
                path = path.substring("//".length());
            }
            try {
                return new Unix(Path.of(path));
            } catch (InvalidPathException e) {
                throw new IllegalArgumentException("'" + text + "' does not hold a path: " + e.getReason(), e);
            }
        }

        @Override
        public List<SocketAddress> resolve() {
            return List.of(UnixDomainSocketAddress.of(path));
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
