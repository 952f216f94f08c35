package io.socketmaster.client.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DaemonAddressTest {
    @Test
    void theDaemonIsAt127001Port9999UnlessTheEnvironmentSaysOtherwise() {
        assertThat(DaemonAddress.fromEnvironment(Map.of())).hasToString("127.0.0.1:9999");
        assertThat(DaemonAddress.fromEnvironment(Map.of("SOCKETMASTER_ADDR", "")))
                .hasToString("127.0.0.1:9999");
        assertThat(DaemonAddress.fromEnvironment(Map.of("SOCKETMASTER_ADDR", "10.0.0.1:77")))
                .isEqualTo(new Address.Tcp("10.0.0.1", 77));
    }

    @Test
    void anAddressIsHostAndPortOrAUnixSocket() throws UnknownHostException {
        assertThat(DaemonAddress.parse("daemon.local:1")).isEqualTo(new Address.Tcp("daemon.local", 1));
        assertThat(DaemonAddress.parse("[::1]:9999")).isEqualTo(new Address.Tcp("::1", 9999));
        assertThat(DaemonAddress.parse("unix:/run/s.sock")).isEqualTo(new Address.Unix(Path.of("/run/s.sock")));
        assertThat(DaemonAddress.parse("[::1]:9999").resolve()).isEqualTo(new InetSocketAddress("::1", 9999));
        assertThat(DaemonAddress.parse("unix:/run/s.sock").resolve())
                .isEqualTo(UnixDomainSocketAddress.of("/run/s.sock"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1:9999", "[::1]:9999", "daemon.local:1", "unix:/run/s.sock"})
    void anAddressIsWrittenAsItIsRead(String text) {
        assertThat(DaemonAddress.parse(text)).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"9999", ":9999", "host", "host:", "host:x", "host:0", "host:65536", "::1:9999", "unix:", ""})
    void aMalformedAddressIsRefusedWithWhatItShouldLookLike(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DaemonAddress.parse(text))
                .withMessageContaining("'" + text + "'")
                .withMessageContaining("expected");
    }

    @Test
    void aMalformedEnvironmentVariableIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DaemonAddress.fromEnvironment(Map.of("SOCKETMASTER_ADDR", "nonsense")))
                .withMessageContaining("SOCKETMASTER_ADDR")
                .withMessageContaining("'nonsense'")
                .withMessageContaining("host:port or unix:/path");
    }
}
