package io.socketmaster.server.route;

/** Text from strangers, made fit for a message: bounded, on one line, with nothing in it that a terminal obeys. */
final class Quote {
    /** How much of the text is shown, in characters. */
    static final int MAX_SHOWN = 80;

    private Quote() {}

    static String of(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_SHOWN) + 2).append('"');
        for (int i = 0; i < text.length() && i < MAX_SHOWN; i++) {
            char c = text.charAt(i);
            if (c >= ' ' && c <= '~') {
                out.append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.append(text.length() > MAX_SHOWN ? "\"..." : "\"").toString();
    }
}
