package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.MachineFacts;
import java.util.Optional;

/** The columns of the tables, in their order. */
enum ContenderKind {
    DIRECT("direct") {
        @Override
        Optional<String> version() {
            return Optional.of("the service by itself");
        }
    },
    HAPROXY("HAProxy") {
        @Override
        Optional<String> version() {
            return MachineFacts.version("haproxy", "-v");
        }
    },
    NGINX("nginx") {
        @Override
        Optional<String> version() {
            // Its bulk transfers need a module that is a package of its own.
            return Nginx.modules().flatMap(there -> MachineFacts.version("nginx", "-v"));
        }
    },
    SOCKETMASTER("socketmaster") {
        @Override
        Optional<String> version() {
            return Optional.of("the daemon of this directory");
        }
    };

    final String title;

    ContenderKind(String title) {
        this.title = title;
    }

    /** What it says of itself; empty if it is not installed. */
    abstract Optional<String> version();

    /** Debian's packages of it. */
    String packages() {
        return this == NGINX ? "nginx libnginx-mod-stream" : "haproxy";
    }
}
