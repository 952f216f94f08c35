package io.socketmaster.protocol;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;

/** Finds connections that would come back to the socket by which they came, round and round. Any thread. */
public final class Circles {
    private Circles() {}

    /**
     * Whether a connection to an address comes out at a socket that listens on another one. Asks the system which addresses
     * are this machine's only if both have one port.
     *
     * @param listens a TCP address, its port 0 for one that is not known yet, or a Unix socket's
     * @param goesTo resolved
     */
    public static boolean comesBack(SocketAddress listens, SocketAddress goesTo) {
        if (listens instanceof InetSocketAddress from && goesTo instanceof InetSocketAddress to) {
            return from.getPort() == to.getPort() && isAmong(to.getAddress(), from.getAddress());
        }
        if (listens instanceof UnixDomainSocketAddress from && goesTo instanceof UnixDomainSocketAddress to) {
            return from.getPath().normalize().equals(to.getPath().normalize());
        }
        return false;
    }

    /** Whether {@code wanted} is one of the addresses that {@code listens} stands for. */
    private static boolean isAmong(InetAddress wanted, InetAddress listens) {
        if (wanted.isAnyLocalAddress()) {
            // Who connects to that is connected to the loopback address.
            return listens.isAnyLocalAddress() || listens.isLoopbackAddress();
        }
        return listens.isAnyLocalAddress()
                ? wanted.isLoopbackAddress() || isOfThisMachine(wanted)
                : wanted.equals(listens);
    }

    private static boolean isOfThisMachine(InetAddress address) {
        try {
            return NetworkInterface.getByInetAddress(address) != null;
        } catch (SocketException unknown) {
            // It is not known to be one, and what is not known is not refused.
            return false;
        }
    }
}
