package io.socketmaster.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextTest {
    @Test
    void textOfEveryScriptIsPrintable() {
        assertThat(Text.firstUnprintable("shop ü 店 \ud83d\ude00")).isEmpty();
    }

    @Test
    void controlCharactersLineSeparatorsAndHalvesOfPairsAreNot() {
        for (String bad : new String[] {"\0", "\n", "\u007f", "\u0085", "\u2028", "\u2029", "\ud83d", "\ude00"}) {
            assertThat(Text.firstUnprintable("a" + bad)).hasValue(1);
        }
    }

    @Test
    void aQuotedValueIsShortAndOnOneLine() {
        assertThat(Text.quote("a\nb")).isEqualTo("\"a\\u000ab\"");
        assertThat(Text.quote("x".repeat(1000))).hasSizeLessThan(70).endsWith("…\"");
    }

    @Test
    void textForPeopleIsNeverLongerThanItsLimitAndNeverEndsInHalfACharacter() {
        assertThat(Text.forPeople("ab\ud83d\ude00", 3)).isEqualTo("ab");
        assertThat(Text.forPeople("a\nb", 10)).isEqualTo("a b");
        assertThat(Text.forPeople("abc", 3)).isEqualTo("abc");
    }
}
