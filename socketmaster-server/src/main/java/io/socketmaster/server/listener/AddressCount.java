package io.socketmaster.server.listener;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Client connections that are open from each address, against a limit. In IPv6 a network of 64 bits counts as one address, for
 * one customer has all of it; loopback is not counted. As large as there are connections. Any thread.
 */
final class AddressCount {
    private final int limit;
    private final ConcurrentMap<Object, Integer> open = new ConcurrentHashMap<>();

    AddressCount(int limit) {
        this.limit = limit;
    }

    /** Counts one more from {@code client} if there is room for it; then {@link #leave} is owed, once. */
    boolean tryEnter(InetAddress client) {
        if (client.isLoopbackAddress()) {
            return true;
        }
        Integer after = open.merge(network(client), 1, Integer::sum);
        if (after <= limit) {
            return true;
        }
        leave(client);
        return false;
    }

    void leave(InetAddress client) {
        if (!client.isLoopbackAddress()) {
            open.computeIfPresent(network(client), (network, count) -> count == 1 ? null : count - 1);
        }
    }

    /** How many addresses are known. */
    int addresses() {
        return open.size();
    }

    private static Object network(InetAddress client) {
        return client instanceof Inet6Address
                ? (Object) ByteBuffer.wrap(client.getAddress()).getLong()
                : client;
    }
}
