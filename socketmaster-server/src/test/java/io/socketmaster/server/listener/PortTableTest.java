package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.route.HostName;
import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.PathPrefix;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.Service;
import io.socketmaster.server.service.ServiceLifecycle;
import io.socketmaster.server.service.ServiceSettings;
import io.socketmaster.server.service.Timeline;
import io.socketmaster.server.tls.ServerTls;
import io.socketmaster.server.tls.TlsContexts;
import io.socketmaster.server.tls.TlsIdentityReader;
import io.socketmaster.testing.TestCertificates;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Contract section 2, the rules of sharing a port. */
class PortTableTest {
    private static final ListenAddress ANYWHERE = new ListenAddress.Ip("*", 443);
    private static final ServerTls TLS = serverTls();

    @ParameterizedTest
    @CsvSource({
        "TCP,TCP,no",
        "TCP,HTTP,no",
        "HTTP,TCP,no",
        "TCP,HTTPS,yes",
        "HTTPS,TCP,yes",
        "TCP,TLS,yes",
        "TLS,TCP,yes",
        "TCP,PASSTHROUGH,yes",
        "HTTP,HTTPS,yes",
        "HTTPS,HTTP,yes",
        "HTTP,TLS,yes",
        "HTTP,PASSTHROUGH,yes",
        "TLS,HTTPS,no",
        "HTTPS,TLS,no",
        "TLS,PASSTHROUGH,no",
        "PASSTHROUGH,HTTPS,no",
        "TLS,TLS,no"
    })
    void servicesShareAPortWhereFirstBytesTellThemApart(RouteKind first, RouteKind second, String share)
            throws ProtocolException {
        RouteSpec one = spec("one", first, "/one");
        RouteSpec two = spec("two", second, "/two");
        PortTable table = PortTable.EMPTY.with(service(one), one);
        RoutedService newcomer = service(two);

        if (share.equals("yes")) {
            assertThat(table.with(newcomer, two).isEmpty()).isFalse();
        } else {
            assertThatExceptionOfType(ProtocolException.class)
                    .isThrownBy(() -> table.with(newcomer, two))
                    .withMessageContainingAll("'one'", "'two'")
                    .extracting(ProtocolException::code)
                    .isEqualTo(ErrorCode.KIND_CONFLICT);
        }
    }

    @Test
    void tlsServicesOfDifferentHostsShareAPort() throws ProtocolException {
        RouteSpec web = spec("web", RouteKind.HTTPS, "/", "web.example");
        RouteSpec raw = spec("raw", RouteKind.TLS, "/", "raw.example");
        RouteSpec own = spec("own", RouteKind.PASSTHROUGH, "/", "own.example");

        PortTable table =
                PortTable.EMPTY.with(service(web), web).with(service(raw), raw).with(service(own), own);

        assertThat(found(table, "web.example")).isEqualTo("web");
        assertThat(found(table, "raw.example")).isEqualTo("raw");
        assertThat(found(table, "own.example")).isEqualTo("own");
        assertThat(found(table, "other.example")).isEmpty();
        assertThat(found(table, "")).isEmpty();
    }

    @Test
    void whoLendsItsCertificateDoesNotDependOnTheOrderOfRegistration() throws ProtocolException {
        List<RouteSpec> specs = new ArrayList<>(List.of(
                spec("a", RouteKind.HTTPS, "/a", "x.example"),
                spec("root", RouteKind.HTTPS, "/", "x.example"),
                spec("b", RouteKind.HTTPS, "/b/c", "x.example")));
        Random random = new Random(7);
        String expected = null;
        for (int i = 0; i < 20; i++) {
            Collections.shuffle(specs, random);
            PortTable table = PortTable.EMPTY;
            for (RouteSpec spec : specs) {
                table = table.with(service(spec), spec);
            }
            expected = expected == null ? found(table, "x.example") : expected;
            assertThat(found(table, "x.example")).isEqualTo(expected);
        }
    }

    @Test
    void aServiceThatTakesAnyHostIsFoundByTheNamesOfItsCertificate() throws ProtocolException {
        RouteSpec named = spec("named", RouteKind.HTTPS, "/a");
        RouteSpec withHost = spec("with-host", RouteKind.HTTPS, "/", "lent.example");

        PortTable table = PortTable.EMPTY.with(service(named), named).with(service(withHost), withHost);

        assertThat(found(table, "certificate.example")).isEqualTo("named");
        assertThat(found(table, "lent.example")).isEqualTo("with-host");
        assertThat(found(table, "anything.example")).isEqualTo("named");
        assertThat(found(table, "")).isEqualTo("named");
    }

    @Test
    void whatIsTakenOutLeavesNothingBehind() throws ProtocolException {
        for (RouteKind kind : RouteKind.values()) {
            RouteSpec spec = spec("x", kind, "/p");
            RoutedService service = service(spec);

            PortTable table = PortTable.EMPTY.with(service, spec).without(service, spec);

            assertThat(table.isEmpty()).as("%s", kind).isTrue();
            assertThat(table.https().isEmpty()).as("%s", kind).isTrue();
        }
    }

    @Test
    void onlyAPortWithNothingButPlainTcpIsNotLookedAt() throws ProtocolException {
        RouteSpec tcp = spec("tcp", RouteKind.TCP, "/");
        RouteSpec tls = spec("tls", RouteKind.TLS, "/", "x.example");
        PortTable table = PortTable.EMPTY.with(service(tcp), tcp);

        assertThat(table.isTcpOnly()).isTrue();
        assertThat(table.with(service(tls), tls).isTcpOnly()).isFalse();
    }

    private static String found(PortTable table, String serverName) {
        return table.tls()
                .find(serverName.isEmpty() ? HostName.NONE : host(serverName))
                .map(entry -> entry.service().name())
                .orElse("");
    }

    private static RouteSpec spec(String name, RouteKind kind, String path, String... hosts) {
        List<HostPattern> patterns = hosts.length == 0
                ? List.of(HostPattern.ANY)
                : List.of(hosts).stream().map(HostPattern::parse).toList();
        boolean ends = kind == RouteKind.HTTPS || kind == RouteKind.TLS;
        boolean http = kind == RouteKind.HTTPS || kind == RouteKind.HTTP;
        return new RouteSpec(
                name,
                ANYWHERE,
                kind,
                patterns,
                http ? PathPrefix.parse(path) : PathPrefix.ROOT,
                ends
                        ? Optional.of(
                                new RouteSpec.Tls(TLS, List.of(HostPattern.parse("certificate.example")), List.of()))
                        : Optional.empty());
    }

    private static RoutedService service(RouteSpec spec) {
        return new RoutedService(
                new Service<>(
                        spec.name(),
                        new NoTimeline(),
                        ServiceSettings.DEFAULTS,
                        new HoldBudget(1),
                        DaemonEvents.NONE,
                        new NoLifecycle()),
                spec);
    }

    private static HostName host(String name) {
        return HostPattern.parse(name).host();
    }

    private static ServerTls serverTls() {
        var credentials = TestCertificates.selfSigned("certificate.example");
        try {
            return TlsContexts.fastest()
                    .server(
                            TlsIdentityReader.read(
                                    new TlsMaterial(credentials.certificatePem(), credentials.keyPem()), Instant.now()),
                            List.of());
        } catch (ProtocolException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Nobody registers and nobody asks in these tests. */
    private static final class NoTimeline implements Timeline {
        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean inTimeline() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            throw new UnsupportedOperationException();
        }
    }

    private static final class NoLifecycle implements ServiceLifecycle<StreamUpstream> {
        @Override
        public void onExpired(Service<StreamUpstream> service) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void onEmpty(Service<StreamUpstream> service) {
            throw new UnsupportedOperationException();
        }
    }
}
