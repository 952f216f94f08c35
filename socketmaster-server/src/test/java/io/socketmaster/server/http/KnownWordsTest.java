package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Words that are found by their bytes, and the field names among them. */
class KnownWordsTest {
    private static final List<String> WORDS = List.of("GET", "PUT", "POST", "X-Forwarded-For", "x-forwarded-for");

    private final KnownWords words = new KnownWords(WORDS);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void aKnownWordIsFoundWhereverItsBytesAreAndIsAlwaysTheSameObject() {
        for (String word : WORDS) {
            CharSequence found = words.find(bytes(word), 0, word.length());
            assertThat(found).hasToString(word);
            assertThat(found).isSameAs(words.find(bytes("  " + word + "xy"), 2, word.length()));
            assertThat(words.text(bytes(word), 0, word.length())).isSameAs(found.toString());
        }
    }

    @Test
    void caseAndLengthMatter() {
        for (String other : List.of("", "get", "GE", "GETS", "PUS", "X-FORWARDED-FOR", "X-Forwarded-For-A", "\u0000")) {
            assertThat((CharSequence) words.find(bytes(other), 0, other.length()))
                    .isNull();
            assertThat(words.text(bytes(other), 0, other.length())).isEqualTo(other);
        }
    }

    @Test
    void whatIsNotKnownIsReadByteByByte() {
        String other = "/\u00e9\u00ff";
        assertThat(words.text(bytes("GET " + other), 4, 3)).isEqualTo(other);
    }

    private static CharSequence name(String text) {
        return FieldNames.of(bytes("\n" + text + ": x"), 1, text.length());
    }

    @Test
    void aFieldNameKeepsItsSpelling() {
        assertThat(name("Content-Type")).hasToString("Content-Type").isSameAs(name("Content-Type"));
        assertThat(name("content-type")).hasToString("content-type").isSameAs(name("content-type"));
        assertThat(name("cOntent-Type")).hasToString("cOntent-Type");
        assertThat(name("X-Mine")).hasToString("X-Mine");
    }
}
