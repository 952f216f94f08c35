package io.socketmaster.server.route;

import java.util.Comparator;
import java.util.Objects;

/**
 * Which hosts a registration is for. Immutable; ordered by precedence: what comes first wins where both match.
 *
 * <p>A suffix or wildcard matches on label boundaries only: {@code example.com} covers {@code x.example.com}, never
 * {@code evilexample.com}. A suffix of one label ({@code localhost}, {@code intranet}) is allowed: which single labels are
 * public is a moving list, and who may register what is a question of owners, not of syntax.
 *
 * @param kind how {@code host} is meant
 * @param host the host itself, or what all matching hosts end in; {@link HostName#NONE} for {@link Kind#ANY}
 */
public record HostPattern(Kind kind, HostName host) implements Comparable<HostPattern> {
    /** Every host, and connections that name none. */
    public static final HostPattern ANY = new HostPattern(Kind.ANY, HostName.NONE);

    private static final String ASTERISK = "*.";

    private static final Comparator<HostPattern> PRECEDENCE = Comparator.comparing((HostPattern p) -> rank(p.kind))
            .thenComparing(p -> -p.host.text().length())
            .thenComparing(p -> p.host.text())
            .thenComparing(HostPattern::kind);

    /** The kinds of pattern; of two for the same host the earlier one wins. */
    public enum Kind {
        /** The host alone. */
        EXACT,
        /** {@code *.host}: one or more labels below the host, not the host itself. */
        WILDCARD,
        /** {@code .host}: the host itself and everything below it. */
        SUFFIX,
        /** Every host. */
        ANY
    }

    /** @throws IllegalArgumentException if kind and host do not go together */
    public HostPattern {
        Objects.requireNonNull(kind, "kind");
        if ((kind == Kind.ANY) != host.equals(HostName.NONE)) {
            throw new IllegalArgumentException("only the pattern for any host has no host");
        }
        if (host.isIpLiteral() && kind != Kind.EXACT) {
            throw new IllegalArgumentException(
                    "there is nothing below the IP address " + host + "; register the address itself");
        }
    }

    /** The host alone. */
    public static HostPattern exact(HostName host) {
        return new HostPattern(Kind.EXACT, host);
    }

    /**
     * Reads an entry of {@code hosts} (protocol version 2): {@code host}, {@code *.suffix} or {@code .suffix}.
     *
     * @throws IllegalArgumentException with a sentence that names the pattern and the remedy
     */
    public static HostPattern parse(String pattern) {
        if (pattern.startsWith(ASTERISK)) {
            return new HostPattern(Kind.WILDCARD, host(pattern, pattern.substring(ASTERISK.length())));
        }
        if (pattern.startsWith(".")) {
            return new HostPattern(Kind.SUFFIX, host(pattern, pattern.substring(1)));
        }
        return exact(host(pattern, pattern));
    }

    /**
     * Reads a definition's {@code domainSuffix} (protocol version 1): empty for any host, otherwise the host itself and
     * everything below it. A dot in front is tolerated. An IP address stands for itself.
     *
     * @throws IllegalArgumentException with a sentence that names the pattern and the remedy
     */
    public static HostPattern parseSuffix(String domainSuffix) {
        if (domainSuffix.isEmpty()) {
            return ANY;
        }
        if (domainSuffix.startsWith(ASTERISK)) {
            String below = domainSuffix.substring(ASTERISK.length());
            throw new IllegalArgumentException("the domain " + Quote.of(domainSuffix)
                    + " cannot be used: a domain takes the host and everything below it, without an asterisk; write "
                    + Quote.of(below));
        }
        HostName host = host(domainSuffix, domainSuffix.startsWith(".") ? domainSuffix.substring(1) : domainSuffix);
        return new HostPattern(host.isIpLiteral() ? Kind.EXACT : Kind.SUFFIX, host);
    }

    private static HostName host(String pattern, String host) {
        try {
            return HostName.of(host);
        } catch (BadHostException e) {
            throw new IllegalArgumentException(
                    "the host pattern " + Quote.of(pattern) + " cannot be used: " + e.getMessage()
                            + "; write a host such as example.com, without scheme, port and path",
                    e);
        }
    }

    /** Whether {@code name} is one of these hosts. */
    public boolean matches(HostName name) {
        return switch (kind) {
            case EXACT -> name.equals(host);
            case WILDCARD -> name.isWithin(host) && !name.equals(host);
            case SUFFIX -> name.isWithin(host);
            case ANY -> true;
        };
    }

    /** By precedence: exact, then the longer before the shorter, then any; where hosts differ, by their text. */
    @Override
    public int compareTo(HostPattern other) {
        return PRECEDENCE.compare(this, other);
    }

    private static int rank(Kind kind) {
        return switch (kind) {
            case EXACT -> 0;
            case WILDCARD, SUFFIX -> 1;
            case ANY -> 2;
        };
    }

    /** As it is written in a registration; {@code (any host)} for {@link #ANY}. */
    @Override
    public String toString() {
        return switch (kind) {
            case EXACT -> host.text();
            case WILDCARD -> "*." + host;
            case SUFFIX -> "." + host;
            case ANY -> "(any host)";
        };
    }
}
