package io.socketmaster.server.route;

import java.net.IDN;
import java.util.Locale;

/**
 * A host in its one normal form: lower case, without port and trailing dot, international names as A-labels, IPv6 addresses
 * in brackets and in their canonical text. Two spellings of one host are equal.
 *
 * <p>Strict on purpose, because the client's idea of the host and ours must be the same (contract section 2, RFC 9110 section
 * 7.2): one host, labels of letters, digits, hyphens and underscores, at most 63 characters each and 253 in all. A name that
 * ends in a number must be an IPv4 address. International names go by {@link IDN} (IDNA 2003) without unassigned code points;
 * labels that come as {@code xn--} are taken as they are.
 *
 * <p>Immutable. Text that is normal already is kept, not copied.
 */
public final class HostName {
    /** Longest host name, in characters (RFC 1035 section 2.3.4, without the trailing dot). */
    public static final int MAX_LENGTH = 253;

    /** Longest label between two dots, in characters. */
    public static final int MAX_LABEL = 63;

    /** No host was given (TLS without SNI): matches only what is registered for any host. */
    public static final HostName NONE = new HostName("", false);

    private static final int MAX_PORT = 65_535;

    private final String text;
    private final boolean ipLiteral;

    private HostName(String text, boolean ipLiteral) {
        this.text = text;
        this.ipLiteral = ipLiteral;
    }

    /**
     * Reads the value of a {@code Host} header or of {@code :authority}: {@code host}, {@code host:port} or {@code host:}
     * (an empty port is legal, RFC 3986 section 3.2.3). The port is checked and dropped: routes do not look at it.
     *
     * @throws BadHostException if this is not exactly one host; the message says what is wrong with it
     */
    public static HostName ofAuthority(String authority) throws BadHostException {
        int hostEnd;
        if (authority.startsWith("[")) {
            hostEnd = authority.indexOf(']') + 1;
            if (hostEnd == 0) {
                throw new BadHostException("the host " + Quote.of(authority) + " opens a bracket and never closes it");
            }
            if (hostEnd < authority.length() && authority.charAt(hostEnd) != ':') {
                throw new BadHostException(
                        "the host " + Quote.of(authority) + " has something other than a port after the bracket");
            }
        } else {
            int colon = authority.indexOf(':');
            hostEnd = colon < 0 ? authority.length() : colon;
        }
        if (hostEnd == authority.length()) {
            return of(authority);
        }
        checkPort(authority, hostEnd + 1);
        return of(authority.substring(0, hostEnd));
    }

    /**
     * Reads a host without a port: an SNI, or the host part of a registration.
     *
     * @throws BadHostException if this is not exactly one host; the message says what is wrong with it
     */
    public static HostName of(String host) throws BadHostException {
        if (host.startsWith("[")) {
            String address = host.endsWith("]") ? IpLiteral.canonicalIpv6(host.substring(1, host.length() - 1)) : null;
            if (address == null) {
                throw new BadHostException(Quote.of(host) + " is not an IPv6 address in brackets, such as [::1]");
            }
            return new HostName("[" + address + "]", true);
        }
        String ascii = toAscii(host);
        String name = ascii.endsWith(".") ? ascii.substring(0, ascii.length() - 1) : ascii;
        int lastLabel = checkLabels(name, host);
        if (!endsInNumber(name, lastLabel)) {
            return new HostName(name, false);
        }
        if (!IpLiteral.isIpv4(name)) {
            throw new BadHostException("the host " + Quote.of(host)
                    + " ends in a number but is not an IPv4 address of four decimal numbers");
        }
        return new HostName(name, true);
    }

    /** What {@link #text()} gave before. */
    static HostName ofNormal(String text) {
        return new HostName(text, text.startsWith("[") || IpLiteral.isIpv4(text));
    }

    private static void checkPort(String authority, int from) throws BadHostException {
        int port = 0;
        for (int i = from; i < authority.length(); i++) {
            char c = authority.charAt(i);
            port = c < '0' || c > '9' ? MAX_PORT + 1 : port * 10 + c - '0';
            if (port > MAX_PORT) {
                throw new BadHostException("the host " + Quote.of(authority)
                        + " has something other than a port from 0 to 65535 after the colon");
            }
        }
    }

    /** Lower case, A-labels; the same object if there is nothing to change. */
    private static String toAscii(String host) throws BadHostException {
        if (host.isEmpty()) {
            throw new BadHostException("the host is empty");
        }
        if (host.length() > MAX_LENGTH + 1) {
            throw tooLong(host);
        }
        boolean upper = false;
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c > '~') {
                return international(host);
            }
            upper |= c >= 'A' && c <= 'Z';
        }
        return upper ? host.toLowerCase(Locale.ROOT) : host;
    }

    private static String international(String host) throws BadHostException {
        try {
            // Compatibility characters become ASCII here, so the result is checked like any other name.
            return IDN.toASCII(host).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new BadHostException(
                    "the host " + Quote.of(host) + " is not a valid international domain name (IDNA)");
        }
    }

    /** Checks all labels and says where the last one begins. */
    private static int checkLabels(String name, String given) throws BadHostException {
        if (name.length() > MAX_LENGTH) {
            throw tooLong(given);
        }
        int start = 0;
        for (int i = 0; i <= name.length(); i++) {
            char c = i < name.length() ? name.charAt(i) : '.';
            if (c == '.') {
                checkLabel(name, start, i, given);
                start = i + 1;
            } else if (!isLabelCharacter(c)) {
                throw new BadHostException("the host " + Quote.of(given) + " contains " + Quote.of(String.valueOf(c))
                        + "; a host has only letters, digits, hyphens, underscores and dots");
            }
        }
        return name.lastIndexOf('.') + 1;
    }

    private static void checkLabel(String name, int start, int end, String given) throws BadHostException {
        if (end == start) {
            throw new BadHostException(
                    "the host " + Quote.of(given) + " has nothing between two dots or at its beginning");
        }
        if (end - start > MAX_LABEL) {
            throw new BadHostException(
                    "the host " + Quote.of(given) + " has more than " + MAX_LABEL + " characters between two dots");
        }
        if (name.charAt(start) == '-' || name.charAt(end - 1) == '-') {
            throw new BadHostException(
                    "the host " + Quote.of(given) + " has a hyphen at the beginning or end of a part between dots");
        }
    }

    private static boolean isLabelCharacter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    }

    /** Whether some reader would take the name for an IPv4 address, in decimal or hexadecimal. */
    private static boolean endsInNumber(String name, int from) {
        boolean hexadecimal = name.startsWith("0x", from);
        for (int i = hexadecimal ? from + 2 : from; i < name.length(); i++) {
            char c = name.charAt(i);
            if ((c < '0' || c > '9') && !(hexadecimal && c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static BadHostException tooLong(String host) {
        return new BadHostException("the host " + Quote.of(host) + " is longer than " + MAX_LENGTH + " characters");
    }

    /** The normal form; empty for {@link #NONE}. */
    public String text() {
        return text;
    }

    /** Whether this is an IP address; there is nothing below one. */
    public boolean isIpLiteral() {
        return ipLiteral;
    }

    /** Whether this is {@code ancestor}, or lies below it at a label boundary. */
    boolean isWithin(HostName ancestor) {
        return text.endsWith(ancestor.text)
                && (text.length() == ancestor.text.length()
                        || text.charAt(text.length() - ancestor.text.length() - 1) == '.');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostName that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
