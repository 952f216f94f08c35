package io.socketmaster.cli.agent;

import io.socketmaster.client.Forwarding;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.session.Address;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;

/** The library's forwarding for an address that a person wrote, whichever kind it is. */
final class Forwardings {
    private Forwardings() {}

    static Forwarding open(SocketMasterClient.Builder client, SocketDefinition definition, Address program)
            throws IOException {
        return program instanceof Address.Unix unix
                ? client.forwardTo(definition, socket(unix))
                : client.forwardTo(definition, host((Address.Tcp) program));
    }

    static void move(Forwarding forwarding, Address program) {
        if (program instanceof Address.Unix unix) {
            forwarding.moveTo(socket(unix));
        } else {
            forwarding.moveTo(host((Address.Tcp) program));
        }
    }

    private static UnixDomainSocketAddress socket(Address.Unix address) {
        return UnixDomainSocketAddress.of(address.path());
    }

    /** The library looks the name up itself. */
    private static InetSocketAddress host(Address.Tcp address) {
        return InetSocketAddress.createUnresolved(address.host(), address.port());
    }
}
