package io.socketmaster.client.session;

import io.netty.util.NetUtil;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.HandshakeReply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the daemon said of a registration that stands.
 *
 * @param version2 whether the session speaks version 2
 * @param session the daemon's id of the session; empty in version 1
 * @param generation which registration of the same owner and name this is; 0 in version 1
 * @param bound the addresses bound, with the real port; empty if port 0 was asked for and the daemon cannot tell, and for a
 *     Unix socket
 * @param warnings what stands but deserves a look
 * @param canUpdate whether this daemon changes a registration that stands
 */
public record Registered(
        boolean version2,
        String session,
        long generation,
        List<InetSocketAddress> bound,
        List<String> warnings,
        boolean canUpdate) {
    /** The daemon's word for what it can do, in its reply. */
    private static final String UPDATE = "update";

    public Registered {
        bound = List.copyOf(bound);
        warnings = List.copyOf(warnings);
    }

    /** @param needs features without which a part of the registration does not stand, which is warned of */
    static Registered of(HandshakeReply reply, SocketDefinition asked, List<String> needs) {
        return reply.details()
                .map(details -> new Registered(
                        true,
                        details.session(),
                        details.generation(),
                        details.bound().isEmpty()
                                ? askedFor(asked)
                                : details.bound().stream()
                                        .filter(bound -> !bound.startsWith("unix:"))
                                        .map(Registered::address)
                                        .toList(),
                        warnings(details, needs),
                        details.features().contains(UPDATE)))
                .orElseGet(() -> new Registered(false, "", 0, askedFor(asked), List.of(), /* canUpdate= */ false));
    }

    private static List<String> warnings(HandshakeReply.Details details, List<String> needs) {
        return Stream.concat(
                        details.warnings().stream(),
                        needs.stream()
                                .filter(need -> !details.features().contains(need))
                                .map(need -> "it is too old for " + need + " and leaves that out; update the daemon"))
                .toList();
    }

    private static List<InetSocketAddress> askedFor(SocketDefinition asked) {
        return asked.port() == 0 ? List.of() : List.of(address(asked.address(), asked.port()));
    }

    /** The port that was bound, which is asked for again after a reconnect. */
    Optional<Integer> port() {
        return bound.stream()
                .map(InetSocketAddress::getPort)
                .filter(port -> port != 0)
                .findFirst();
    }

    /** The addresses bound, as {@code host:port}, for people. */
    public String boundText() {
        return bound.stream().map(NetUtil::toSocketAddressString).collect(Collectors.joining(", "));
    }

    /** Reads {@code host:port}. A daemon that sends something else gets an address without a port, not an exception. */
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? text : text.substring(0, colon);
        return address(host.replace("[", "").replace("]", ""), colon < 0 ? 0 : port(text.substring(colon + 1)));
    }

    private static int port(String digits) {
        try {
            int port = Integer.parseInt(digits);
            return port >= 0 && port <= SocketDefinition.MAX_PORT ? port : 0;
        } catch (NumberFormatException notAPort) {
            return 0;
        }
    }

    /** Never looks a name up: this runs on an event loop. */
    private static InetSocketAddress address(String host, int port) {
        if (host.isEmpty() || host.equals("*")) {
            return new InetSocketAddress(port);
        }
        byte[] ip = NetUtil.createByteArrayFromIpAddressString(host);
        if (ip == null) {
            return InetSocketAddress.createUnresolved(host, port);
        }
        try {
            return new InetSocketAddress(InetAddress.getByAddress(ip), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are an address", e);
        }
    }
}
