package io.socketmaster.cli.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpauseConfigTest {
    @TempDir
    private Path directory;

    private TcpauseConfig read(String yaml) throws IOException {
        return read(yaml, Map.of());
    }

    private TcpauseConfig read(String yaml, Map<String, String> flags) throws IOException {
        return TcpauseConfig.of(Optional.of(Files.writeString(directory.resolve("c.yml"), yaml)), flags);
    }

    @Test
    void theFileOfItsReadmeIsRead() throws IOException {
        TcpauseConfig config = read("""
                ---
                grace-period: 60s

                proxy:
                  addr: tcp://localhost:3000
                  reject-clients: true
                  retry-after-interval: 3s
                  block-poll-interval: 100ms
                  close-poll-interval: 100ms

                  tls:
                    ca-cert: ca.pem
                    cert: cert.pem
                    key: key.pem

                control:
                  addr: unix:///run/control.sock

                upstream:
                  addr: tcp://localhost:3002
                """);

        assertThat(config)
                .isEqualTo(new TcpauseConfig(
                        Duration.ofSeconds(60),
                        "localhost:3000",
                        "localhost:3002",
                        "unix:///run/control.sock",
                        true,
                        Duration.ofSeconds(3),
                        Optional.of(new TcpauseConfig.TlsFiles(
                                Optional.of(Path.of("ca.pem")), Path.of("cert.pem"), Path.of("key.pem")))));
    }

    @Test
    void whatIsNotSaidHasItsDefaults() throws IOException {
        TcpauseConfig none = TcpauseConfig.of(Optional.empty(), Map.of());

        assertThat(none)
                .isEqualTo(new TcpauseConfig(
                        Duration.ofSeconds(10),
                        "localhost:3000",
                        "localhost:3002",
                        "localhost:3001",
                        false,
                        Duration.ofSeconds(3),
                        Optional.empty()));
        assertThat(read("")).isEqualTo(none);
        assertThat(read("proxy:\n")).isEqualTo(none);
    }

    @Test
    void aFlagGoesBeforeTheFile() throws IOException {
        TcpauseConfig config = read(
                "grace-period: 60s\nproxy: {addr: 'tcp://localhost:1', reject-clients: yes}\n",
                Map.of(TcpauseConfig.GRACE_PERIOD, "1m30s"));

        assertThat(config.gracePeriod()).isEqualTo(Duration.ofSeconds(90));
        assertThat(config.listen()).isEqualTo("localhost:1");
        assertThat(config.rejectClients()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "proxy: {adr: x} | c.yml:1: 'proxy.adr' means nothing here; the names are control.addr",
                "prox: {} | c.yml:1: 'prox' means nothing here",
                "grace-period: soon | grace-period: 'soon' is not a duration; write 100ms",
                "grace-period: [1] | c.yml:1: grace-period has to be one value",
                "proxy: 3 | c.yml:1: proxy holds no names with values",
                "- a | c.yml:1: the file holds no names with values",
                "proxy: {reject-clients: maybe} | proxy.reject-clients: 'maybe' is neither true nor false",
                "proxy: {addr: 'http://x'} | proxy.addr: 'http://x' begins neither with tcp://",
                "proxy: {tls: {cert: c.pem}} | proxy.tls.cert without proxy.tls.key",
                "proxy: {tls: {ca-cert: c.pem}} | proxy.tls.ca-cert without proxy.tls.cert",
                "grace-period: 1s, | grace-period: '1s,' is not a duration",
                "proxy: {addr | c.yml:1: this is not YAML"
            })
    void whatIsWrongIsOneSentenceWithItsPlace(String yaml, String sentence) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(yaml))
                .satisfies(wrong ->
                        assertThat(wrong.getMessage()).contains(sentence).hasLineCount(1));
    }

    @Test
    void aNameThatIsThereTwiceIsAFault() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read("grace-period: 1s\ngrace-period: 2s\n"))
                .withMessageContaining("c.yml:2");
    }

    @Test
    void aliasesThatGrowWithoutEndAreNotFollowed() {
        assertThatIllegalArgumentException().isThrownBy(() -> read("proxy: &a {tls: *a}\n"));
    }

    @Test
    void aFileThatIsNotThereOrNotTextIsNamed() throws IOException {
        Path missing = directory.resolve("missing.yml");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpauseConfig.of(Optional.of(missing), Map.of()))
                .withMessage(missing + ": there is no such file; correct --config");
        Path binary = Files.write(directory.resolve("b.yml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpauseConfig.of(Optional.of(binary), Map.of()))
                .withMessageContaining("not UTF-8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TcpauseConfig.of(Optional.of(directory), Map.of()))
                .withMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "0, PT0S",
        "60s, PT60S",
        "1m30s, PT90S",
        "1.5h, PT90M",
        "100ms, PT0.1S",
        "1h0.5s, PT1H0.5S",
        "2us, PT0.000002S",
        "1000000000, PT1S",
        "1.s, PT1S"
    })
    void durationsAreReadAsGoDoes(String text, Duration duration) {
        assertThat(GoDuration.parse(text)).isEqualTo(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "s", "-1s", "1 s", "1x", ".5s", "1e9s", "99999999999h", "99999999999999999999"})
    void whatIsNoDurationIsRefused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoDuration.parse(text));
    }
}
