package io.socketmaster.cli;

import ch.qos.logback.core.joran.spi.ConsoleTarget;

/** Where log lines go; {@link LogSetup} asks when the first logger is made. */
final class Logging {
    private static final String TARGET = "socketmaster.log.target";

    private Logging() {}

    /** For commands whose standard output is their result. Call it before anything logs. */
    static void toStandardError() {
        System.setProperty(TARGET, ConsoleTarget.SystemErr.getName());
    }

    /** A name of a {@link ConsoleTarget}; standard output unless something else was said. */
    static String target() {
        return System.getProperty(TARGET, ConsoleTarget.SystemOut.getName());
    }
}
