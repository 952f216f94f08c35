package io.socketmaster.server.http;

/** Character classes of HTTP's grammar. */
final class Ascii {
    private static final boolean[] TOKEN = table("!#$%&'*+-.^_`|~");
    /** What a host with its port may consist of: RFC 3986 section 3.2.2 and 3.2.3, without the comma. */
    private static final boolean[] AUTHORITY = table("-._~%!$&'()*+;=:[]");

    private Ascii() {}

    private static boolean[] table(String others) {
        boolean[] table = new boolean[256];
        for (char c = '0'; c <= '9'; c++) {
            table[c] = true;
        }
        for (char c = 'a'; c <= 'z'; c++) {
            table[c] = true;
            table[Character.toUpperCase(c)] = true;
        }
        for (int i = 0; i < others.length(); i++) {
            table[others.charAt(i)] = true;
        }
        return table;
    }

    /** Whether {@code b} may be in a token (RFC 9110 section 5.6.2). */
    static boolean isToken(int b) {
        return b < 256 && TOKEN[b];
    }

    /** Whether {@code value} can be a host with or without a port: no user info, no list, no path, no space. */
    static boolean isAuthority(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 256 || !AUTHORITY[c]) {
                return false;
            }
        }
        return true;
    }

    /** Whether {@code value} has no control characters but tabs (RFC 9110 section 5.5). */
    static boolean isFieldValue(CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < 0x20 && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }
}
