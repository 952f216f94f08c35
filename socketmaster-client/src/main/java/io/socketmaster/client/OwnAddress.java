package io.socketmaster.client;

import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.RegistrationSettings;
import io.socketmaster.protocol.Circles;
import io.socketmaster.protocol.SocketDefinition;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.InvalidPathException;

/** Keeps a forwarding from the very address that it wants the daemon to listen on. */
final class OwnAddress {
    private static final String UNIX = "unix:";

    private OwnAddress() {}

    /**
     * Looks host names up, which blocks.
     *
     * @throws IllegalArgumentException naming both addresses
     */
    static void refuse(RegistrationSettings registration, Address program) {
        SocketDefinition definition = registration.definition();
        // A daemon behind a Unix socket may be in another container, where the same address is another place.
        if (registration.daemon() instanceof Address.Tcp && isReachedAt(definition, program)) {
            throw new IllegalArgumentException("every connection to " + program + " would come back to "
                    + describe(definition)
                    + ", where the daemon is to listen; name another port or address, at which the program itself is");
        }
    }

    private static boolean isReachedAt(SocketDefinition definition, Address program) {
        try {
            SocketAddress listens = listens(definition);
            return program.resolveAll().stream().anyMatch(target -> Circles.comesBack(listens, target));
        } catch (UnknownHostException | InvalidPathException unknown) {
            // The daemon says what is wrong with the address; the program may be known by its name later.
            return false;
        }
    }

    private static SocketAddress listens(SocketDefinition definition) throws UnknownHostException {
        String address = withoutRights(definition.address());
        if (address.startsWith(UNIX)) {
            return UnixDomainSocketAddress.of(address.substring(UNIX.length()));
        }
        return address.isEmpty()
                ? new InetSocketAddress(definition.port())
                : new InetSocketAddress(InetAddress.getByName(address), definition.port());
    }

    private static String describe(SocketDefinition definition) {
        String address = withoutRights(definition.address());
        return address.startsWith(UNIX) ? address : (address.isEmpty() ? "*" : address) + ":" + definition.port();
    }

    /** Without what follows a Unix socket's path. */
    private static String withoutRights(String address) {
        int mark = address.indexOf('?');
        return mark < 0 ? address : address.substring(0, mark);
    }
}
