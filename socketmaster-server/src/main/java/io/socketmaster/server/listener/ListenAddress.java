package io.socketmaster.server.listener;

import io.socketmaster.protocol.Circles;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.server.unix.SocketRights;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** Where clients come, as registered and in one spelling, which is its text. */
public sealed interface ListenAddress {
    /** What a Unix socket's address begins with. */
    String UNIX = "unix:";

    /**
     * Reads a definition's address: an IP address, a host name, empty for every address, or {@code
     * unix:/path[?mode=0660&owner=USER:GROUP]} with port 0. A host name is looked up, which may block: not on an event loop.
     *
     * @throws ProtocolException {@code BAD_REQUEST} if the host is not known, or what it is about a Unix socket does not fit
     */
    static ListenAddress of(String address, int port) throws ProtocolException {
        if (!address.startsWith(UNIX)) {
            return Ip.of(address, port);
        }
        if (port != 0) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "a Unix socket has no port, and '" + address + "' comes with port " + port + "; use port 0");
        }
        return UnixSocket.parse(address);
    }

    /**
     * Reads {@code port}, {@code :port}, {@code host:port}, {@code [ipv6]:port} or a Unix socket as {@link #of} does. May block.
     *
     * @throws ProtocolException {@code BAD_REQUEST} naming what is wrong with it
     */
    static ListenAddress parse(String text) throws ProtocolException {
        return text.startsWith(UNIX) ? UnixSocket.parse(text) : Ip.parse(text);
    }

    /** The same on the port that was really bound. */
    default ListenAddress withPort(int newPort) {
        return this;
    }

    /** Whether the system chooses the port, so that the same address is another one each time. */
    default boolean isForAnyPort() {
        return false;
    }

    /** Whether the system lets only one of the two be open at a time: every address of the machine includes each of them. */
    default boolean overlaps(ListenAddress other) {
        return equals(other);
    }

    /** Whether who connects to {@code target} is connected to this; never where the port is not known yet. */
    boolean isReachedAt(SocketAddress target);

    /** The part that a derived name says: the port, or the path. */
    String place();

    /**
     * A TCP port.
     *
     * @param host an IP address, or {@code *} for every address of the machine
     * @param port 0 to 65535
     */
    record Ip(String host, int port) implements ListenAddress {
        private static final int MAX_PORT = 65_535;
        private static final String ANY = "*";
        private static final Set<String> SPELLINGS_OF_ANY = Set.of("", ANY, "0.0.0.0", "::", "[::]");

        private static Ip of(String address, int port) throws ProtocolException {
            if (SPELLINGS_OF_ANY.contains(address.toLowerCase(Locale.ROOT))) {
                return new Ip(ANY, port);
            }
            try {
                return new Ip(InetAddress.getByName(address).getHostAddress(), port);
            } catch (UnknownHostException e) {
                throw new ProtocolException(
                        ErrorCode.BAD_REQUEST,
                        "the address '" + address
                                + "' is not known; use an IP address of this machine, or leave it empty"
                                + " for all of them",
                        e);
            }
        }

        private static Ip parse(String text) throws ProtocolException {
            int colon = text.lastIndexOf(':');
            String host = colon < 0 ? "" : text.substring(0, colon);
            String port = text.substring(colon + 1);
            boolean bracketed = host.startsWith("[") && host.endsWith("]");
            if (host.indexOf(':') >= 0 && !bracketed) {
                throw malformed(text, "an IPv6 address stands in brackets");
            }
            if (!port.matches("\\d{1,5}") || Integer.parseInt(port) > MAX_PORT) {
                throw malformed(text, "the port '" + port + "' is not between 0 and " + MAX_PORT);
            }
            return of(bracketed ? host.substring(1, host.length() - 1) : host, Integer.parseInt(port));
        }

        @Override
        public Ip withPort(int newPort) {
            return new Ip(host, newPort);
        }

        @Override
        public boolean isForAnyPort() {
            return port == 0;
        }

        @Override
        public boolean overlaps(ListenAddress other) {
            return other instanceof Ip that
                    && port == that.port
                    && (host.equals(that.host) || host.equals(ANY) || that.host.equals(ANY));
        }

        @Override
        public boolean isReachedAt(SocketAddress target) {
            return Circles.comesBack(toSocketAddress(), target);
        }

        @Override
        public String place() {
            return String.valueOf(port);
        }

        InetSocketAddress toSocketAddress() {
            try {
                return host.equals(ANY)
                        ? new InetSocketAddress(port)
                        : new InetSocketAddress(InetAddress.getByName(host), port);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(host + " was an IP address before", e);
            }
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * A Unix socket. Two are the same if they have the same path: who opens it decides about its rights.
     *
     * @param rights who may connect
     */
    record UnixSocket(Path path, SocketRights rights) implements ListenAddress {
        private static UnixSocket parse(String text) throws ProtocolException {
            int mark = text.indexOf('?');
            String path = mark < 0 ? text.substring(UNIX.length()) : text.substring(UNIX.length(), mark);
            if (path.startsWith("//")) {
                path = path.substring("//".length());
            }
            try {
                return new UnixSocket(checked(text, Path.of(path)), rights(text, mark));
            } catch (InvalidPathException e) {
                throw malformed(text, e.getReason());
            } catch (IllegalArgumentException e) {
                throw malformed(text, e.getMessage());
            }
        }

        private static Path checked(String text, Path path) throws ProtocolException {
            if (!path.isAbsolute() || path.getFileName() == null) {
                throw malformed(text, "its path has to be absolute");
            }
            return path.normalize();
        }

        private static SocketRights rights(String text, int mark) throws ProtocolException {
            SocketRights rights = SocketRights.DEFAULT;
            if (mark < 0) {
                return rights;
            }
            for (String option : text.substring(mark + 1).split("&", -1)) {
                int equals = option.indexOf('=');
                String value = option.substring(equals + 1);
                rights = switch (equals < 0 ? option : option.substring(0, equals)) {
                    case "mode" -> rights.withMode(value);
                    case "owner" -> rights.withOwner(value);
                    default -> throw malformed(text, "'" + option + "' is neither mode=0660 nor owner=USER:GROUP");
                };
            }
            return rights;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof UnixSocket that && path.equals(that.path);
        }

        @Override
        public int hashCode() {
            return path.hashCode();
        }

        @Override
        public boolean isReachedAt(SocketAddress target) {
            return Circles.comesBack(UnixDomainSocketAddress.of(path), target);
        }

        @Override
        public String place() {
            return path.toString();
        }

        @Override
        public String toString() {
            return UNIX + path;
        }
    }

    private static ProtocolException malformed(String text, String fault) {
        return new ProtocolException(
                ErrorCode.BAD_REQUEST,
                "'" + text + "' is not an address to listen on: " + fault
                        + "; write PORT, HOST:PORT or unix:/PATH, such as" + " 8080 or 127.0.0.1:8080");
    }
}
