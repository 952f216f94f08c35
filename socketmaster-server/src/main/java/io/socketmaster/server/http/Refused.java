package io.socketmaster.server.http;

/** Leaves a nest of checks with the fault that was found. Never leaves this room. */
final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient HttpFault fault;

    Refused(HttpFault fault) {
        super(fault.sentence(), null, false, false);
        this.fault = fault;
    }

    /** With status 400. */
    static Refused bad(String sentence, String clause) {
        return new Refused(HttpFault.bad(sentence, clause));
    }

    HttpFault fault() {
        return fault;
    }
}
