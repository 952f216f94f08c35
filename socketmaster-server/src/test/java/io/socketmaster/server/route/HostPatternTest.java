package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.socketmaster.server.route.HostPattern.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPatternTest {
    @ParameterizedTest
    @CsvSource({
        "example.com, EXACT, example.com",
        "Example.COM., EXACT, example.com",
        "*.example.com, WILDCARD, example.com",
        ".example.com, SUFFIX, example.com",
        "*.bücher.example, WILDCARD, xn--bcher-kva.example",
        "localhost, EXACT, localhost",
        ".localhost, SUFFIX, localhost",
        "10.0.0.1, EXACT, 10.0.0.1",
        "[::1], EXACT, [::1]",
    })
    void entriesOfHostsAreExactWildcardOrSuffix(String pattern, Kind kind, String host) {
        HostPattern parsed = HostPattern.parse(pattern);

        assertThat(parsed.kind()).isEqualTo(kind);
        assertThat(parsed.host().text()).isEqualTo(host);
        assertThat(HostPattern.parse(parsed.toString())).isEqualTo(parsed);
    }

    @Test
    void aVersion1SuffixIsTheHostItselfAndEverythingBelowIt() {
        assertThat(HostPattern.parseSuffix("")).isEqualTo(HostPattern.ANY);
        assertThat(HostPattern.parseSuffix("Example.com").toString()).isEqualTo(".example.com");
        assertThat(HostPattern.parseSuffix(".example.com")).isEqualTo(HostPattern.parseSuffix("example.com"));
        assertThat(HostPattern.parseSuffix("127.0.0.1").kind()).isEqualTo(Kind.EXACT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "*.",
                ".",
                "..example.com",
                "*.*.example.com",
                "a.*.com",
                "https://example.com",
                "example.com:80",
                "example.com/a",
                "a b",
                "*.10.0.0.1",
                ".[::1]"
            })
    void anUnusablePatternIsRefusedByName(String pattern) {
        assertThatIllegalArgumentException().isThrownBy(() -> HostPattern.parse(pattern));
    }

    @Test
    void theRefusalNamesThePatternAndTheRemedy() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPattern.parseSuffix("https://example.com"))
                .withMessageContaining("\"https://example.com\"")
                .withMessageContaining("without scheme, port and path");
    }

    @Test
    void aDomainWithAnAsteriskIsRefusedWithTheOneThatIsMeant() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> HostPattern.parseSuffix("*.example.com"))
                .withMessageContaining("everything below it, without an asterisk; write \"example.com\"");
    }

    @ParameterizedTest
    @CsvSource({
        ".example.com, example.com, true",
        ".example.com, x.example.com, true",
        ".example.com, x.y.example.com, true",
        ".example.com, evilexample.com, false",
        ".example.com, com, false",
        ".example.com, example.com.evil, false",
        "*.example.com, x.example.com, true",
        "*.example.com, x.y.example.com, true",
        "*.example.com, example.com, false",
        "*.example.com, evilexample.com, false",
        "example.com, example.com, true",
        "example.com, x.example.com, false",
    })
    void suffixesMatchOnLabelBoundaries(String pattern, String host, boolean matches) throws Exception {
        assertThat(HostPattern.parse(pattern).matches(HostName.of(host))).isEqualTo(matches);
    }

    @Test
    void anyHostMatchesEvenAClientThatNamesNone() throws Exception {
        assertThat(HostPattern.ANY.matches(HostName.NONE)).isTrue();
        assertThat(HostPattern.ANY.matches(HostName.of("[::1]"))).isTrue();
        assertThat(HostPattern.parse(".example.com").matches(HostName.NONE)).isFalse();
    }
}
