package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static io.socketmaster.server.daemon.PortSharingContractTest.tlsConnect;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Contract section 2: what a TLS client may speak, route by route on one port (RFC 7301). A client that offers nothing is
 * served; one that offers nothing fitting hears the alert {@code no_application_protocol}.
 */
class AlpnContractTest {
    private static final Map<String, RegistrationOptions> ROUTES = Map.of(
            "http", RegistrationOptions.DEFAULTS,
            "old-http", Options.alpn("http/1.1"),
            "only-h2", Options.alpn("h2"),
            "prefers-old", Options.alpn("http/1.1", "h2"));

    private static RunningDaemon daemon;
    private static int port;
    private static final Map<String, Integer> RAW_PORTS = new HashMap<>();

    @BeforeAll
    static void start() throws Exception {
        daemon = RunningDaemon.start();
        for (Map.Entry<String, RegistrationOptions> route : ROUTES.entrySet()) {
            String host = route.getKey() + ".test";
            port = daemon.register(
                            tls(SocketDefinition.http(port, "/").withDomain(host), TestCertificates.selfSigned(host)),
                            route.getValue(),
                            ScriptedService.http(route.getKey()))
                    .expectOk()
                    .boundPort();
        }
        RAW_PORTS.put("raw", raw(RegistrationOptions.DEFAULTS));
        RAW_PORTS.put("raw-mqtt", raw(Options.alpn("mqtt", "x-amzn-mqtt-ca")));
        RAW_PORTS.put("raw-h2", raw(Options.alpn("h2")));
    }

    private static int raw(RegistrationOptions options) {
        return daemon.register(
                        tls(SocketDefinition.tcp(0), TestCertificates.selfSigned("raw.test")),
                        options,
                        ScriptedService.echo())
                .expectOk()
                .boundPort();
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
    }

    private static SSLSocket connect(String route, String offered, String version) throws Exception {
        SSLSocket socket = tlsConnect(RAW_PORTS.getOrDefault(route, port), route + ".test");
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setProtocols(new String[] {version});
        parameters.setApplicationProtocols(offered == null ? new String[0] : offered.split(" "));
        socket.setSSLParameters(parameters);
        return socket;
    }

    @ParameterizedTest
    @CsvSource({
        "http,        h2 http/1.1,      h2",
        "http,        http/1.1 h2,      h2",
        "http,        http/1.1,         http/1.1",
        "http,        h2,               h2",
        "http,        unheard/1 h2,     h2",
        "http,        ,                 ''",
        "old-http,    h2 http/1.1,      http/1.1",
        "old-http,    ,                 ''",
        "only-h2,     h2 http/1.1,      h2",
        "prefers-old, h2 http/1.1,      http/1.1",
        "prefers-old, h2,               h2",
        "raw,         h2 http/1.1,      ''",
        "raw,         mqtt,             ''",
        "raw,         ,                 ''",
        "raw-mqtt,    mqtt,             mqtt",
        "raw-mqtt,    x-amzn-mqtt-ca,   x-amzn-mqtt-ca",
        "raw-mqtt,    http/1.1 mqtt,    mqtt",
        "raw-mqtt,    ,                 ''",
        "raw-h2,      h2,               h2"
    })
    void aClientSpeaksWhatItsRouteSpeaks(String route, String offered, String agreed) throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (SSLSocket client = connect(route, offered, version)) {
                client.startHandshake();
                assertThat(client.getApplicationProtocol()).as(version).isEqualTo(agreed);
                if (!agreed.equals("h2") && ROUTES.containsKey(route)) {
                    assertThat(RunningDaemon.get(client, route + ".test", "/")).contains(route + ": GET / ");
                }
                if (RAW_PORTS.containsKey(route)) {
                    RunningDaemon.send(client, "as it is");
                    assertThat(RunningDaemon.read(client, 8)).isEqualTo("as it is");
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http,     unheard/1",
        "http,     http/1.0 h2c",
        "http,     mqtt",
        "old-http, h2",
        "only-h2,  http/1.1",
        "raw-mqtt, h2 http/1.1",
        "raw-h2,   http/1.1"
    })
    void aClientThatSpeaksNothingOfThatHearsSo(String route, String offered) throws Exception {
        for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
            try (SSLSocket client = connect(route, offered, version)) {
                assertThatThrownBy(client::startHandshake)
                        .as(version)
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining("no_application_protocol");
            }
        }
    }

    @Test
    void aNewGenerationSaysAnewWhatIsSpoken() throws Exception {
        Credentials certificate = TestCertificates.selfSigned("new.test");
        int own = daemon.register(
                        tls(SocketDefinition.http(0, "/").withDomain("new.test"), certificate),
                        ScriptedService.http("one"))
                .expectOk()
                .boundPort();
        RAW_PORTS.put("new", own);
        try (SSLSocket before = connect("new", "h2 http/1.1", "TLSv1.3")) {
            before.startHandshake();
            assertThat(before.getApplicationProtocol()).isEqualTo("h2");
        }
        SocketDefinition again = tls(SocketDefinition.http(own, "/").withDomain("new.test"), certificate);
        daemon.register(again, Options.alpn("http/1.1"), ScriptedService.http("two"))
                .expectOk();
        daemon.awaitGeneration("swapped 2");
        try (SSLSocket after = connect("new", "h2 http/1.1", "TLSv1.3")) {
            after.startHandshake();
            assertThat(after.getApplicationProtocol()).isEqualTo("http/1.1");
        }
    }

    @Test
    void whatTheDaemonCannotSpeakIsRefusedWithTheRemedy() {
        Credentials certificate = TestCertificates.selfSigned("x.test");
        assertThat(refusal(tls(SocketDefinition.http(0, "/"), certificate), Options.alpn("http/1.1", "h3")))
                .startsWith("BAD_REQUEST: ")
                .contains("h3", "h2 and http/1.1");
        assertThat(refusal(SocketDefinition.http(0, "/"), Options.alpn("http/1.1")))
                .startsWith("BAD_REQUEST: ")
                .contains("certificate");
        assertThat(refusal(SocketDefinition.tcp(0), Options.alpn("mqtt")))
                .startsWith("BAD_REQUEST: ")
                .contains("certificate");
    }

    private static String refusal(SocketDefinition definition, RegistrationOptions options) {
        return daemon.register(definition, options, stream -> {}).reply().status();
    }
}
