package io.socketmaster.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socketmaster.server.route.BadPathException.Reason;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTest {
    @ParameterizedTest
    @CsvSource({
        "/, /",
        "/?, /",
        "/a?x=/../b, /a",
        "/a/b, /a/b",
        "/a//b, /a/b",
        "//evil.com/a, /evil.com/a",
        "/a/./b, /a/b",
        "/a/../b, /b",
        "/a/b/.., /a/",
        "/a/b/../, /a/",
        "/a/., /a/",
        "/a//../b, /b",
        "/a/b/../../c, /c",
        "/a/..., /a/...",
        "/.well-known/x, /.well-known/x",
        "/%61%7e%2D, /a~-",
        "/%2e%2E/%2e, ABOVE_ROOT",
        "/a/%2e%2e/b, /b",
        "/a%2fb, /a%2Fb",
        "/a%5cb, /a%5Cb",
        "/a/%2e%2e%2fb, /a/..%2Fb",
        "/%252e%252e/a, /%252e%252e/a",
        "/%c3%bc, /%C3%BC",
        "/{x}|^`<>, /%7Bx%7D%7C%5E%60%3C%3E",
        "/a;v=1/b, /a;v=1/b",
        "/a/..;/b, /a/..;/b",
        "/a%20b, /a%20b",
        "/%0d%0a, /%0D%0A",
        "/!$&'()*+=:@, /!$&'()*+=:@",
        "/.., ABOVE_ROOT",
        "/a/../.., ABOVE_ROOT",
        "/../a, ABOVE_ROOT",
        "//.., ABOVE_ROOT",
        "a, NOT_ABSOLUTE",
        "*, NOT_ABSOLUTE",
        "?x, NOT_ABSOLUTE",
        "http://example.com/, NOT_ABSOLUTE",
        "/%, BAD_PERCENT",
        "/%4, BAD_PERCENT",
        "/%4?1, BAD_PERCENT",
        "/%zz, BAD_PERCENT",
        "/%u0041, BAD_PERCENT",
        "/a%00b, NUL",
        "/a\\b, BACKSLASH",
        "/a#b, FRAGMENT",
        "/a?b#c, FRAGMENT",
        "/a b, CONTROL_CHARACTER",
        "/a?b c, CONTROL_CHARACTER",
        "/ü, NON_ASCII",
    })
    void aPathHasOneNormalFormOrAReason(String target, String expected) {
        String actual;
        try {
            actual = RequestPath.of(target).text();
        } catch (BadPathException e) {
            actual = e.reason().name();
        }
        assertThat(actual).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(chars = {0, 1, '\t', '\r', '\n', 0x1f, 0x7f})
    void controlCharactersAreRefusedInPathAndQuery(char control) {
        for (String target : new String[] {"/a" + control, "/a?" + control}) {
            assertThat(catchThrowableOfType(BadPathException.class, () -> RequestPath.of(target))
                            .reason())
                    .isEqualTo(Reason.CONTROL_CHARACTER);
        }
    }

    @Test
    void anEmptyTargetIsNoPath() {
        assertThatExceptionOfType(BadPathException.class).isThrownBy(() -> RequestPath.of(""));
    }

    @Test
    void aPathThatIsNormalAlreadyIsNotCopied() throws Exception {
        String normal = "/a/b.html";

        assertThat(RequestPath.of(normal).text()).isSameAs(normal);
    }

    @Test
    void theNormalFormOfTheNormalFormIsItself() {
        Random random = new Random(1);
        String[] parts = {"/", "/", ".", "..", "a", "%2e", "%2F", "%61", "{", "%7b", ";", "b", "%C3%bc", "//", "%25"};
        for (int i = 0; i < 50_000; i++) {
            StringBuilder target = new StringBuilder("/");
            for (int n = random.nextInt(12); n > 0; n--) {
                target.append(parts[random.nextInt(parts.length)]);
            }
            try {
                String normal = RequestPath.of(target.toString()).text();
                assertThat(RequestPath.of(normal).text()).isEqualTo(normal);
                assertThat(normal).startsWith("/").doesNotContain("//", "/./", "/../");
            } catch (BadPathException e) {
                assertThat(e.reason()).isEqualTo(Reason.ABOVE_ROOT);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/%2e", "/a/..", "%2e", "/./", "{", "/a/%2e%2e", "/a/a/a/../../.."})
    void hostilePathsOfAMegabyteAreReadInOnePass(String part) throws Exception {
        // Quadratic work on a megabyte would take minutes; the build's own limits would notice.
        String target = "/" + part.repeat((1 << 20) / part.length());

        assertThat(RequestPath.of(target).text()).startsWith("/");
    }

    @ParameterizedTest
    @CsvSource({
        "/a, /a, true",
        "/a, /a?x, true",
        "/a, /a/, true",
        "/a, /a/b, true",
        "/a, /ab, false",
        "/a, /a%2Fb, false",
        "/a, /a;x, false",
        "/a, /, false",
        "/a, /x/../a/b, true",
        "/a, /a/../b, false",
        "/a/, /a, false",
        "/a/, /a/, true",
        "/a/, /a?/, false",
        "/a/, /a//, true",
        "/a/, /a/b, true",
        "/, /anything, true",
        "/ü, /%c3%bc/x, true",
        "/%C3%BC, /%c3%bc, true",
        "/a b, /a%20b, true",
        "/{id}, /%7bid%7D, true",
        "/a/./b//c, /a/b/c/d, true",
        "/%61, /a, true",
    })
    void aPrefixMatchesOnASegmentBoundary(String prefix, String target, boolean matches) throws Exception {
        assertThat(PathPrefix.parse(prefix).matches(RequestPath.of(target))).isEqualTo(matches);
    }

    @Test
    void anEmptyPrefixMeansEveryPath() {
        assertThat(PathPrefix.parse("")).isEqualTo(PathPrefix.parse("/")).isEqualTo(PathPrefix.ROOT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "/a?b", "/a#b", "/%", "/%00", "/\\", "/..", "/a\n", "http://x/", "/\ud800"})
    void anUnusablePrefixIsRefusedByName(String prefix) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathPrefix.parse(prefix))
                .withMessageContaining("the path prefix \"")
                .withMessageContaining("cannot be used");
    }

    @Test
    void aPrefixLongerThanTheLimitIsRefused() {
        assertThat(PathPrefix.parse("/" + "a".repeat(PathPrefix.MAX_LENGTH - 1)).text())
                .hasSize(PathPrefix.MAX_LENGTH);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathPrefix.parse("/" + "a".repeat(PathPrefix.MAX_LENGTH)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PathPrefix.parse("/" + "ü".repeat(PathPrefix.MAX_LENGTH / 2)));
    }
}
