package io.socketmaster.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * What version 2 of the protocol lets a service say beyond its definition. Every field has the protocol's default;
 * {@link #DEFAULTS} is what a version 1 service gets.
 *
 * @param name the service's name, for people and for takeover; empty: derived from the definition by the daemon
 * @param instance a stable id of this process's registration, sent again after a reconnect; empty: chosen by the daemon
 * @param policy what happens to a second registration of the same owner and name
 * @param ready whether to take traffic at once, or only at the {@code ready} message
 * @param hold how long connections wait while the service is away
 * @param drain how long in-flight work may finish after a takeover or drain
 * @param backend what the service speaks on a stream; empty: follows from the definition
 * @param streamHeader whether each stream begins with a PROXY protocol version 2 header
 * @param sni host names to pass through by SNI without ending TLS
 * @param hosts further hosts of the same route: exact, {@code *.suffix}, or {@code .suffix}
 * @param alpn application protocols that a TLS client is offered on this route, the preferred first (RFC 7301), of visible
 *     ASCII; empty: {@code h2} and {@code http/1.1} for HTTP, and no ALPN for other TLS
 * @param weight share under {@link Policy#JOIN}, 0 to 1000
 * @param token who asks; never logged
 * @param metadata small map of strings shown to people
 * @param client name and version of the library
 */
public record RegistrationOptions(
        String name,
        String instance,
        Policy policy,
        boolean ready,
        Duration hold,
        Duration drain,
        Optional<Backend> backend,
        StreamHeader streamHeader,
        List<String> sni,
        List<String> hosts,
        List<String> alpn,
        int weight,
        String token,
        Map<String, String> metadata,
        String client) {

    /** How long connections wait for an absent service, unless it says otherwise. */
    public static final Duration DEFAULT_HOLD = Duration.ofSeconds(30);

    /** How long in-flight requests may finish after a takeover or drain, unless the service says otherwise. */
    public static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /** Share of a session under {@link Policy#JOIN}, unless it says otherwise. */
    public static final int DEFAULT_WEIGHT = 100;

    /** What a service gets that says nothing. */
    public static final RegistrationOptions DEFAULTS = new RegistrationOptions(
            "",
            "",
            Policy.REPLACE,
            true,
            DEFAULT_HOLD,
            DEFAULT_DRAIN,
            Optional.empty(),
            StreamHeader.NONE,
            List.of(),
            List.of(),
            List.of(),
            DEFAULT_WEIGHT,
            "",
            Map.of(),
            "");

    public RegistrationOptions {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(policy, "policy");
        requireNotNegative(hold, "hold");
        requireNotNegative(drain, "drain");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(streamHeader, "streamHeader");
        sni = List.copyOf(sni);
        hosts = List.copyOf(hosts);
        alpn = List.copyOf(alpn);
        alpn.forEach(RegistrationOptions::requireProtocolName);
        if (weight < 0 || weight > 1000) {
            throw new IllegalArgumentException("weight " + weight + " is not between 0 and 1000");
        }
        Objects.requireNonNull(token, "token");
        metadata = Map.copyOf(metadata);
        Objects.requireNonNull(client, "client");
    }

    /** The same with another {@link #ready}. */
    public RegistrationOptions withReady(boolean newReady) {
        return changed(newReady, hold, weight, metadata);
    }

    /** The same with another {@link #weight}. */
    public RegistrationOptions withWeight(int newWeight) {
        return changed(ready, hold, newWeight, metadata);
    }

    /** The same with other {@link #metadata}. */
    public RegistrationOptions withMetadata(Map<String, String> newMetadata) {
        return changed(ready, hold, weight, newMetadata);
    }

    /** The same with another {@link #hold}. */
    public RegistrationOptions withHold(Duration newHold) {
        return changed(ready, newHold, weight, metadata);
    }

    private RegistrationOptions changed(
            boolean newReady, Duration newHold, int newWeight, Map<String, String> newMetadata) {
        return new RegistrationOptions(
                name,
                instance,
                policy,
                newReady,
                newHold,
                drain,
                backend,
                streamHeader,
                sni,
                hosts,
                alpn,
                newWeight,
                token,
                newMetadata,
                client);
    }

    private static void requireProtocolName(String name) {
        if (name.isEmpty()
                || name.length() > ProtocolLimits.MAX_ALPN_NAME
                || !name.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("'" + name + "' is no application protocol: a name has 1 to "
                    + ProtocolLimits.MAX_ALPN_NAME + " characters of visible ASCII, such as h2");
        }
    }

    private static void requireNotNegative(Duration value, String name) {
        Objects.requireNonNull(value, name);
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " " + value + " is negative");
        }
    }

    /** Hides the token. */
    @Override
    public String toString() {
        return "RegistrationOptions[name=" + name + ", instance=" + instance + ", policy=" + policy + ", ready=" + ready
                + ", hold=" + hold + ", drain=" + drain + ", backend=" + backend + ", streamHeader=" + streamHeader
                + ", sni=" + sni + ", hosts=" + hosts + ", alpn=" + alpn + ", weight=" + weight + ", client=" + client
                + "]";
    }

    /** What happens to a second registration of the same owner and name. */
    public enum Policy {
        /** The newest generation takes the traffic; the older ones drain. */
        REPLACE,
        /** All share the traffic by weight. */
        JOIN,
        /** A second one is refused. */
        EXCLUSIVE,
        /** Takes the traffic only while the others are gone. */
        STANDBY
    }

    /** What a service speaks on a stream. */
    public enum Backend {
        HTTP_1_1("http/1.1"),
        H2C("h2c"),
        TCP("tcp");

        private final String wireName;

        Backend(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }

    /** What precedes the client's bytes on each stream. */
    public enum StreamHeader {
        NONE("none"),
        /** A PROXY protocol version 2 header with the client's address and, as TLVs, ALPN, authority and TLS facts. */
        PROXY_V2("proxy-v2");

        private final String wireName;

        StreamHeader(String wireName) {
            this.wireName = wireName;
        }

        public String wireName() {
            return wireName;
        }
    }
}
