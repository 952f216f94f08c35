package io.socketmaster.server.daemon;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Backend;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Registration options in which a test changes one thing. */
final class Options {
    private static final RegistrationOptions D = RegistrationOptions.DEFAULTS;

    private Options() {}

    static RegistrationOptions named(String name) {
        return of(name, D.hold(), D.streamHeader(), List.of(), List.of());
    }

    static RegistrationOptions drain(Duration drain) {
        return of("", D.hold(), drain, D.streamHeader(), List.of(), List.of());
    }

    /** For a service that speaks HTTP/2. */
    static RegistrationOptions h2c(Duration drain) {
        return of("", D.hold(), drain, Optional.of(Backend.H2C), D.streamHeader(), List.of(), List.of(), D.alpn());
    }

    static RegistrationOptions hosts(String... hosts) {
        return of("", D.hold(), D.streamHeader(), List.of(), List.of(hosts));
    }

    static RegistrationOptions hosts(Duration hold, String... hosts) {
        return of("", hold, D.streamHeader(), List.of(), List.of(hosts));
    }

    static RegistrationOptions sni(String... names) {
        return of("", D.hold(), D.streamHeader(), List.of(names), List.of());
    }

    static RegistrationOptions hold(Duration hold) {
        return of("", hold, D.streamHeader(), List.of(), List.of());
    }

    static RegistrationOptions withProxyHeader() {
        return of("", D.hold(), StreamHeader.PROXY_V2, List.of(), List.of());
    }

    static RegistrationOptions alpn(String... protocols) {
        return of("", D.hold(), D.drain(), D.backend(), D.streamHeader(), List.of(), List.of(), List.of(protocols));
    }

    private static RegistrationOptions of(
            String name, Duration hold, StreamHeader header, List<String> sni, List<String> hosts) {
        return of(name, hold, D.drain(), header, sni, hosts);
    }

    private static RegistrationOptions of(
            String name, Duration hold, Duration drain, StreamHeader header, List<String> sni, List<String> hosts) {
        return of(name, hold, drain, D.backend(), header, sni, hosts, D.alpn());
    }

    private static RegistrationOptions of(
            String name,
            Duration hold,
            Duration drain,
            Optional<Backend> backend,
            StreamHeader header,
            List<String> sni,
            List<String> hosts,
            List<String> alpn) {
        return new RegistrationOptions(
                name,
                D.instance(),
                D.policy(),
                D.ready(),
                hold,
                drain,
                backend,
                header,
                sni,
                hosts,
                alpn,
                D.weight(),
                D.token(),
                D.metadata(),
                D.client());
    }
}
