package io.socketmaster.server.route;

/** IP addresses as they are written in URLs (RFC 3986 section 3.2.2), read strictly and without any look-up. */
final class IpLiteral {
    private static final int GROUPS = 8;
    /** {@code ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255}. */
    private static final int MAX_IPV6_TEXT = 45;

    private IpLiteral() {}

    /** Whether this is four decimal numbers of 0 to 255 without leading zeros. */
    static boolean isIpv4(String text) {
        return parseIpv4(text) >= 0;
    }

    /** The address as an unsigned number, or -1 if it is none. */
    private static long parseIpv4(String text) {
        long address = 0;
        int parts = 0;
        int from = 0;
        while (from <= text.length()) {
            int dot = text.indexOf('.', from);
            int end = dot < 0 ? text.length() : dot;
            int part = parseByte(text, from, end);
            if (part < 0 || ++parts > 4) {
                return -1;
            }
            address = (address << 8) | part;
            from = end + 1;
        }
        return parts == 4 ? address : -1;
    }

    private static int parseByte(String text, int from, int end) {
        int length = end - from;
        if (length < 1 || length > 3 || (length > 1 && text.charAt(from) == '0')) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < end; i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return -1;
            }
            value = value * 10 + c - '0';
        }
        return value <= 255 ? value : -1;
    }

    /**
     * The one normal form of an IPv6 address without brackets: lower case, no leading zeros, the first longest run of zeros
     * shortened (RFC 5952 section 4), an embedded IPv4 address in hexadecimal. Zones are refused: they mean something on
     * one machine only.
     *
     * @return null if this is no IPv6 address
     */
    static String canonicalIpv6(String text) {
        int[] groups = parseIpv6(text);
        return groups == null ? null : format(groups);
    }

    private static int[] parseIpv6(String text) {
        int length = text.length();
        if (length < 2 || length > MAX_IPV6_TEXT || (text.charAt(0) == ':' && text.charAt(1) != ':')) {
            return null;
        }
        int[] groups = new int[GROUPS];
        int count = 0;
        int gap = -1;
        int at = 0;
        if (text.charAt(0) == ':') {
            gap = 0;
            at = 2;
        }
        while (at < length) {
            int colon = text.indexOf(':', at);
            int end = colon < 0 ? length : colon;
            if (colon < 0 && text.indexOf('.', at) >= 0) {
                long ipv4 = parseIpv4(text.substring(at));
                if (ipv4 < 0 || count > GROUPS - 2) {
                    return null;
                }
                groups[count++] = (int) (ipv4 >>> 16);
                groups[count++] = (int) (ipv4 & 0xffff);
                break;
            }
            int group = parseGroup(text, at, end);
            if (group < 0 || count == GROUPS) {
                return null;
            }
            groups[count++] = group;
            at = end;
            if (at < length) {
                at++;
                if (at == length) {
                    return null;
                }
                if (text.charAt(at) == ':') {
                    if (gap >= 0) {
                        return null;
                    }
                    gap = count;
                    at++;
                }
            }
        }
        if (gap < 0) {
            return count == GROUPS ? groups : null;
        }
        return count < GROUPS ? widen(groups, count, gap) : null;
    }

    private static int[] widen(int[] groups, int count, int gap) {
        int[] full = new int[GROUPS];
        System.arraycopy(groups, 0, full, 0, gap);
        System.arraycopy(groups, gap, full, GROUPS - (count - gap), count - gap);
        return full;
    }

    private static int parseGroup(String text, int from, int end) {
        if (end - from < 1 || end - from > 4) {
            return -1;
        }
        int value = 0;
        for (int i = from; i < end; i++) {
            int digit = text.charAt(i) < 128 ? Character.digit(text.charAt(i), 16) : -1;
            if (digit < 0) {
                return -1;
            }
            value = (value << 4) | digit;
        }
        return value;
    }

    private static String format(int[] groups) {
        int runStart = -1;
        int runLength = 1; // a single zero is never shortened
        for (int i = 0; i < GROUPS; i++) {
            int end = i;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - i > runLength) {
                runStart = i;
                runLength = end - i;
            }
            i = Math.max(i, end - 1);
        }
        StringBuilder out = new StringBuilder(MAX_IPV6_TEXT);
        for (int i = 0; i < GROUPS; i++) {
            if (i == runStart) {
                out.append("::");
                i += runLength - 1;
                continue;
            }
            if (out.length() > 0 && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(groups[i]));
        }
        return out.toString();
    }
}
