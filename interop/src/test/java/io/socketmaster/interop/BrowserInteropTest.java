package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.LogEvents;
import io.socketmaster.server.SocketMasterDaemon;
import io.socketmaster.server.config.DaemonSettings;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A browser's WebSockets: Chromium, which sends them on the HTTP/2 connection of their page (RFC 8441) where the server
 * announces that it may, and on HTTP/1.1 connections otherwise.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class BrowserInteropTest {
    private static final Duration DRAIN = Duration.ofMillis(300);

    /** What the browser speaks. */
    enum Wire {
        HTTP_2("h2"),
        HTTP_1_1("http/1.1");

        /** As the browser names it. */
        private final String hop;

        Wire(String hop) {
            this.hop = hop;
        }

        private String[] flags() {
            return this == HTTP_2 ? new String[0] : new String[] {"--disable-http2"};
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWebSocketCarriesTextAndBytesAndMovesToTheNextGeneration(Wire wire, @TempDir Path directory)
            throws IOException {
        Program chromium = Program.find("chromium", "install 'chromium'");
        Credentials certificate = TestCertificates.selfSigned("localhost");
        LogEvents log = new LogEvents(/* accessLog= */ false);
        try (SocketMasterDaemon daemon = SocketMasterDaemon.start(
                        DaemonSettings.DEFAULTS
                                .withBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                                .withLongLivedDrain(DRAIN)
                                .withStopGrace(Duration.ZERO),
                        log,
                        log);
                WebSocketService first =
                        new WebSocketService("first", daemon.controlAddress(), page(0, certificate), DRAIN);
                Browser browser = new Browser(chromium, directory, first.port(), wire.flags())) {
            expectEcho(browser, first, wire);

            try (WebSocketService second =
                    new WebSocketService("second", daemon.controlAddress(), page(first.port(), certificate), DRAIN)) {
                JsonNode close = browser.told(second);
                assertThat(close.get("event").asText()).isEqualTo("close");
                assertThat(close.get("code").asInt()).as("service restart").isEqualTo(1012);
                assertThat(close.get("wasClean").asBoolean()).isTrue();
                expectEcho(browser, second, wire);
                // Ahead of its service, which would wait for the WebSocket.
                browser.close();
            }
        }
    }

    private static SocketDefinition page(int port, Credentials certificate) {
        return SocketDefinition.http(port, "/").withTls(certificate.certificatePem(), certificate.keyPem());
    }

    private static void expectEcho(Browser browser, WebSocketService service, Wire wire) {
        JsonNode echo = browser.told(service);
        assertThat(echo.get("event").asText()).as("%s", echo).isEqualTo("echo");
        assertThat(echo.get("hop").asText()).isEqualTo(wire.hop);
        assertThat(echo.get("text").asText()).isEqualTo(service.name() + ": grüße");
        assertThat(echo.get("same").asBoolean()).isTrue();
        assertThat(echo.get("protocol").asText()).isEqualTo("chat");
        assertThat(echo.get("extensions").asText()).isEqualTo("permessage-deflate");
        // Names are in lower case on HTTP/2 only, and the daemon leaves them as they came.
        assertThat(service.handshake().contains("\nsec-websocket-version: 13\n"))
                .isEqualTo(wire == Wire.HTTP_2);
    }
}
