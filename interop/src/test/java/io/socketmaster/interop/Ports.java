package io.socketmaster.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Public ports for version 1 services, which cannot ask for port 0: its reply does not tell the port. They are taken from
 * below the range of the system's own choices, so that none of the thousands of connections that the tests make sits on
 * one. Another program may still be faster: a port in use is a reason to try another.
 */
final class Ports {
    private static final int FROM = 16_384;
    private static final int TO = 32_768;

    private Ports() {}

    /** A port that was free a moment ago. */
    static int pick() {
        return Stream.generate(() -> RandomGenerator.getDefault().nextInt(FROM, TO))
                .limit(100)
                .map(Ports::ifFree)
                .flatMap(Optional::stream)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no port is free between " + FROM + " and " + TO));
    }

    private static Optional<Integer> ifFree(int port) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return Optional.of(probe.getLocalPort());
        } catch (IOException inUse) {
            return Optional.empty();
        }
    }
}
