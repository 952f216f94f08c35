package io.socketmaster.server.listener;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Set;

/**
 * An address and port as registered, in one spelling.
 *
 * @param host an IP address, or {@code *} for every address of the machine
 * @param port 0 to 65535
 */
public record ListenAddress(String host, int port) {
    private static final String ANY = "*";
    private static final Set<String> SPELLINGS_OF_ANY = Set.of("", ANY, "0.0.0.0", "::", "[::]");

    /**
     * Reads a definition's address. A host name is looked up, which may block: not on an event loop.
     *
     * @throws ProtocolException {@code BAD_REQUEST} if the host is not known
     */
    public static ListenAddress of(String address, int port) throws ProtocolException {
        if (SPELLINGS_OF_ANY.contains(address.toLowerCase(Locale.ROOT))) {
            return new ListenAddress(ANY, port);
        }
        try {
            return new ListenAddress(InetAddress.getByName(address).getHostAddress(), port);
        } catch (UnknownHostException e) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    "the address '" + address + "' is not known; use an IP address of this machine, or leave it empty"
                            + " for all of them",
                    e);
        }
    }

    ListenAddress withPort(int newPort) {
        return new ListenAddress(host, newPort);
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
