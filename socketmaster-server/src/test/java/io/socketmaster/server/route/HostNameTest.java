package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostNameTest {
    private static final String LABEL_63 = "a".repeat(63);
    private static final String NAME_253 = LABEL_63 + "." + LABEL_63 + "." + LABEL_63 + "." + "a".repeat(61);

    @ParameterizedTest
    @CsvSource({
        "example.com, example.com",
        "EXAMPLE.Com, example.com",
        "example.com., example.com",
        "example.com:8443, example.com",
        "example.com.:8443, example.com",
        "example.com:, example.com",
        "example.com:0, example.com",
        "example.com:65535, example.com",
        "example.com:00080, example.com",
        "localhost, localhost",
        "a_b.example, a_b.example",
        "3com.example, 3com.example",
        "bücher.example, xn--bcher-kva.example",
        "BÜCHER.example:80, xn--bcher-kva.example",
        "例え。テスト, xn--r8jz45g.xn--zckzah",
        "xn--bcher-kva.example, xn--bcher-kva.example",
        "127.0.0.1, 127.0.0.1",
        "127.0.0.1:80, 127.0.0.1",
        "[::1], [::1]",
        "[::1]:80, [::1]",
        "[0:0:0:0:0:0:0:1], [::1]",
        "[2001:DB8:0:0:1:0:0:1], [2001:db8::1:0:0:1]",
        "[2001:db8:0:1:1:1:1:1], [2001:db8:0:1:1:1:1:1]",
        "[1:2:3:4:5:6:7::], [1:2:3:4:5:6:7:0]",
        "[::], [::]",
        "[1::], [1::]",
        "[::ffff:1.2.3.4], [::ffff:102:304]",
    })
    void aHostHasOneNormalForm(String given, String normal) throws Exception {
        assertThat(HostName.ofAuthority(given).text()).isEqualTo(normal);
        assertThat(HostName.ofAuthority(normal)).isEqualTo(HostName.ofAuthority(given));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ".",
                "..",
                ".example.com",
                "example..com",
                "example.com..",
                ":80",
                "user@example.com",
                "user:secret@example.com",
                "example.com,evil.com",
                "example.com, evil.com",
                "a b",
                " example.com",
                "example.com ",
                "example.com\t",
                "exam\u0000ple.com",
                "example.com\r\n",
                "example.com/",
                "example.com/path",
                "example.com?x",
                "example.com#x",
                "example.com\\x",
                "ex%61mple.com",
                "*.example.com",
                "example.com:65536",
                "example.com:999999999999999999999",
                "example.com:-1",
                "example.com:+1",
                "example.com:8o",
                "example.com:80:80",
                "example.com:\u0661",
                "-example.com",
                "example-.com",
                "1.2.3",
                "1.2.3.4.5",
                "256.1.1.1",
                "01.2.3.4",
                "example.123",
                "0x7f.1",
                "127.0.0.0x1",
                "2130706433",
                "::1",
                "[::1",
                "[::1]80",
                "[::1]x:80",
                "[]",
                "[:]",
                "[:::]",
                "[1::2::3]",
                "[1:2:3:4:5:6:7]",
                "[1:2:3:4:5:6:7:8:9]",
                "[1:2:3:4:5:6:7:8::]",
                "[1:2:3:4:5:6:7:]",
                "[12345::]",
                "[g::]",
                "[fe80::1%eth0]",
                "[::1.2.3]",
                "[1:2:3:4:5:6:7:1.2.3.4]",
                "[example.com]",
                "ex\uff0fample.com",
                "\ud800.com",
                "a\u3002\u3002b",
            })
    void whatIsNotExactlyOneHostIsRefusedWithASentence(String hostile) {
        assertThatExceptionOfType(BadHostException.class)
                .isThrownBy(() -> HostName.ofAuthority(hostile))
                .withMessageMatching(".*(the host|IPv6 address).*");
    }

    @Test
    void aNameOf253CharactersIsAHostAndOneMoreIsNone() throws Exception {
        assertThat(HostName.of(NAME_253).text()).hasSize(253);
        assertThat(HostName.of(NAME_253 + ".").text()).hasSize(253);
        assertThatExceptionOfType(BadHostException.class).isThrownBy(() -> HostName.of(NAME_253 + "a"));
        assertThatExceptionOfType(BadHostException.class).isThrownBy(() -> HostName.of(LABEL_63 + "a.com"));
        assertThatExceptionOfType(BadHostException.class).isThrownBy(() -> HostName.of("a".repeat(1 << 20)));
    }

    @Test
    void aNameWithoutPortIsWantedWhereNoPortCanBe() {
        assertThatExceptionOfType(BadHostException.class).isThrownBy(() -> HostName.of("example.com:80"));
    }

    @Test
    void textThatIsNormalAlreadyIsNotCopied() throws Exception {
        String normal = "www.example.com";

        assertThat(HostName.ofAuthority(normal).text()).isSameAs(normal);
    }

    @Test
    void aMessageShowsHostileTextShortAndOnOneLine() {
        assertThatExceptionOfType(BadHostException.class)
                .isThrownBy(() -> HostName.of("a\n\u001b[31m" + "b".repeat(200)))
                .withMessageContaining("\\u000a\\u001b[31m")
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300).doesNotContain("\n"));
    }
}
