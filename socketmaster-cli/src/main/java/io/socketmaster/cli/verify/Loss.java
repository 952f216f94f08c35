package io.socketmaster.cli.verify;

/** The ways in which a request is lost to whoever sent it. */
public enum Loss {
    /** No connection, or it ended before any byte of the answer in a way that no client repeats. */
    CONNECTION("connection", "no connection, or it ended without an answer"),
    /** No whole answer in time. */
    TIMEOUT("timeout", "no whole answer in time"),
    /** The answer began and did not end as HTTP says, or was not HTTP. */
    TRUNCATED("truncated", "the answer was cut short, or was not HTTP"),
    /** A whole answer with a status from 500 to 599. */
    SERVER_ERROR("serverError", "status 5xx");

    private final String key;
    private final String words;

    Loss(String key, String words) {
        this.key = key;
        this.words = words;
    }

    /** For programs. */
    String key() {
        return key;
    }

    /** For people. */
    String words() {
        return words;
    }
}
