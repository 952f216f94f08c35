package io.socketmaster.server.config;

/**
 * How many client connections may be open at once. One more is accepted and reset at once, so that it neither waits in
 * vain nor keeps those out that come when there is room again.
 *
 * @param total on all public ports together, counting also the connections that are made for them to plain backends; default
 *     65,536
 * @param perPort on one public port, so that a flood on one leaves room on the others; default 49,152
 * @param perAddress from one client, so that one alone leaves room to the others: from one IPv4 address, or from one network of
 *     64 bits in IPv6, which is what one customer gets. This machine's own addresses of loopback are not counted, for a proxy
 *     there speaks for many. Default 24,576, about as many as a proxy of another machine can open from one address
 */
public record ConnectionLimits(int total, int perPort, int perAddress) {
    /** What a daemon allows that was told nothing. */
    public static final ConnectionLimits DEFAULTS = new ConnectionLimits(65_536, 49_152, 24_576);

    /** Of the descriptors that the process may have, the part that is left to sessions, listeners and files. */
    private static final int RESERVED_PART = 8;

    public ConnectionLimits {
        if (perPort <= 0) {
            throw new IllegalArgumentException("connections.perPort is " + perPort + ", but must be positive");
        }
        if (perAddress <= 0) {
            throw new IllegalArgumentException("connections.perAddress is " + perAddress + ", but must be positive");
        }
        if (total < perPort) {
            throw new IllegalArgumentException("connections.total is " + total + ", but must not be less than"
                    + " connections.perPort, which is " + perPort);
        }
    }

    /**
     * The same, or less where the process cannot have as many: a connection too many would take the descriptor that the next
     * service needs to register.
     *
     * @param descriptors how many files and sockets the process may have open
     */
    public ConnectionLimits within(long descriptors) {
        long possible = Math.max(1, descriptors - descriptors / RESERVED_PART);
        if (possible >= total) {
            return this;
        }
        int fewer = (int) possible;
        return new ConnectionLimits(
                fewer, part(perPort, fewer, DEFAULTS.perPort), part(perAddress, fewer, DEFAULTS.perAddress));
    }

    /** A limit that takes no larger part of them than it usually does, or did before, stays as it is. */
    private int part(int limit, int fewer, int usual) {
        long part = Math.max((long) limit * fewer / total, (long) usual * fewer / DEFAULTS.total);
        return (int) Math.max(1, Math.min(limit, part));
    }
}
