package io.socketmaster.client.session;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Where something listens, as people write it: {@code host:port}, {@code [ipv6]:port} or {@code unix:/path}. */
public sealed interface Address {
    /**
     * Reads {@code host:port}, {@code [ipv6]:port} or {@code unix:/path}.
     *
     * @param what whose address it is meant to be, for the message: {@code a daemon}
     * @param example one that would do, for the message
     * @throws IllegalArgumentException naming the text and what it should look like
     */
    static Address parse(String text, String what, String example) {
        return text.startsWith("unix:") ? Unix.parse(text) : Tcp.parse(text, what, example);
    }

    /** The address of a socket of the JDK's. */
    static Address of(InetSocketAddress address) {
        return new Tcp(address.getHostString(), address.getPort());
    }

    /** The address of a socket of the JDK's. */
    static Address of(UnixDomainSocketAddress address) {
        return new Unix(address.getPath());
    }

    /** The address to connect to. Looks a host name up, which blocks; an IP address does not. */
    default SocketAddress resolve() throws UnknownHostException {
        return resolveAll().get(0);
    }

    /** Every address to try, in this order; at least one. Looks a host name up, which blocks; an IP address does not. */
    List<SocketAddress> resolveAll() throws UnknownHostException;

    /**
     * A TCP address.
     *
     * @param port 1 to 65535
     */
    record Tcp(String host, int port) implements Address {
        private static final int MAX_PORT = 65_535;

        public Tcp {
            Objects.requireNonNull(host, "host");
            if (host.isEmpty() || port < 1 || port > MAX_PORT) {
                throw new IllegalArgumentException("an address needs a host and a port between 1 and " + MAX_PORT
                        + ", and is '" + host + ":" + port + "'");
            }
        }

        private static Tcp parse(String text, String what, String example) {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : withoutBrackets(text.substring(0, colon));
            try {
                return new Tcp(host, Integer.parseInt(text.substring(colon + 1)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "'" + text + "' is not the address of " + what + "; expected host:port or unix:/path, such as "
                                + example,
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
        public List<SocketAddress> resolveAll() throws UnknownHostException {
            return Arrays.stream(InetAddress.getAllByName(host))
                    .<SocketAddress>map(ip -> new InetSocketAddress(ip, port))
                    .toList();
        }

        @Override
        public String toString() {
            return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    /** A Unix socket. */
    record Unix(Path path) implements Address {
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
        public List<SocketAddress> resolveAll() {
            return List.of(UnixDomainSocketAddress.of(path));
        }

        @Override
        public String toString() {
            return "unix:" + path;
        }
    }
}
