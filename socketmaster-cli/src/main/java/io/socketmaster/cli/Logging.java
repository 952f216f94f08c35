package io.socketmaster.cli;

/** Where log lines go; {@code logback.xml} reads the property when the first logger is made. */
final class Logging {
    private static final String TARGET = "socketmaster.log.target";

    private Logging() {}

    /** For commands whose standard output is their result. Call it before anything logs. */
    static void toStandardError() {
        System.setProperty(TARGET, "System.err");
    }
}
