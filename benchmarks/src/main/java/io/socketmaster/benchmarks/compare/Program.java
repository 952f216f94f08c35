package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.MachineFacts;

/** Programs that make load. */
enum Program {
    WRK("wrk", "wrk"),
    H2LOAD("h2load", "nghttp2-client"),
    /** This one. */
    OWN("java", "") {
        @Override
        boolean isInstalled() {
            return true;
        }
    };

    final String command;
    final String debianPackage;

    Program(String command, String debianPackage) {
        this.command = command;
        this.debianPackage = debianPackage;
    }

    boolean isInstalled() {
        return MachineFacts.version(command, "--version").isPresent();
    }
}
