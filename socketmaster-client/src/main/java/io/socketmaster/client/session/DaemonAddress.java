package io.socketmaster.client.session;

import java.util.Map;

/** Where the daemon's control socket is, and how that is said. */
public final class DaemonAddress {
    /** The environment variable that says where the daemon is. */
    public static final String VARIABLE = "SOCKETMASTER_ADDR";

    /** Where a daemon listens that was told nothing. */
    public static final Address DEFAULT = new Address.Tcp("127.0.0.1", 9999);

    private DaemonAddress() {}

    /** Reads {@code host:port}, {@code [ipv6]:port} or {@code unix:/path}. */
    public static Address parse(String text) {
        return Address.parse(text, "a daemon", DEFAULT.toString());
    }

    /**
     * What {@value #VARIABLE} says; {@link #DEFAULT} if it is not set or empty.
     *
     * @throws IllegalArgumentException naming the variable, its value and what it should look like
     */
    public static Address fromEnvironment(Map<String, String> environment) {
        String value = environment.getOrDefault(VARIABLE, "");
        if (value.isEmpty()) {
            return DEFAULT;
        }
        try {
            return parse(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the environment variable " + VARIABLE + ": " + e.getMessage(), e);
        }
    }
}
