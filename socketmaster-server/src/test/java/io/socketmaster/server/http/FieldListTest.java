package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A list of fields is what Netty's own would be, but for what it takes. */
class FieldListTest {
    private static final CharSequence[] NAMES = {"Host", "host", "Cookie", AsciiString.of("X-A"), "x-a", "X-AB", "Y"};

    private final HttpHeaders fields = new FieldList();

    @Test
    void namesAreFoundWhateverTheirCaseAndKeptAsTheyWereWritten() {
        fields.add("cOOkie", "a=1").add(AsciiString.of("Cookie"), AsciiString.of("b=2"));
        assertThat(fields.get("COOKIE")).isEqualTo("a=1");
        assertThat(fields.getAll(AsciiString.of("cookie"))).containsExactly("a=1", "b=2");
        assertThat(fields.entries()).containsExactly(Map.entry("cOOkie", "a=1"), Map.entry("Cookie", "b=2"));
        assertThat(fields.contains("Cookies")).isFalse();
        assertThat(fields.contains("Cooki")).isFalse();
    }

    @Test
    void whatIsNotThereIsNotFound() {
        assertThat(fields.get("Host")).isNull();
        assertThat(fields.getAll("Host")).isEmpty();
        assertThat(fields.getInt("Age")).isNull();
        assertThat(fields.containsValue("TE", "trailers", true)).isFalse();
        assertThat(fields.isEmpty()).isTrue();
        assertThat(fields.remove("Host").iteratorCharSequence()).isExhausted();
    }

    @Test
    void elementsOfListsAreFound() {
        fields.add("Connection", "keep-alive, TE").add("connection", "Upgrade");
        assertThat(fields.containsValue("Connection", "te", true)).isTrue();
        assertThat(fields.containsValue("Connection", "upgrade", true)).isTrue();
        assertThat(fields.containsValue("Connection", "close", true)).isFalse();
    }

    @Test
    void numbersAndDatesAreRead() {
        fields.addInt("Age", 12).set("Bad", "twelve").set("Date", "Sun, 06 Nov 1994 08:49:37 GMT");
        assertThat(fields.getInt("age", 0)).isEqualTo(12);
        assertThat(fields.getShort("age", (short) 0)).isEqualTo((short) 12);
        assertThat(fields.getInt("bad", 7)).isEqualTo(7);
        assertThat(fields.getTimeMillis("date", 0)).isEqualTo(784111777000L);
        assertThat(fields.getTimeMillis("bad", 5)).isEqualTo(5);
    }

    @Test
    void aCopyIsOfItsOwn() {
        fields.add("A", "1");
        HttpHeaders copy = fields.copy().set("A", "2").add("B", List.of("3", "4"));
        assertThat(fields.entries()).containsExactly(Map.entry("A", "1"));
        assertThat(copy.entries()).containsExactly(Map.entry("A", "2"), Map.entry("B", "3"), Map.entry("B", "4"));
        assertThat(fields.clear().size()).isZero();
    }

    @Test
    void anythingThatIsDoneToItLeavesWhatNettysOwnWouldHave() {
        Random random = new Random(20);
        HttpHeaders expected =
                DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
        for (int i = 0; i < 20_000; i++) {
            CharSequence name = NAMES[random.nextInt(NAMES.length)];
            String value = Integer.toString(i);
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3, 4 -> {
                    expected.add(name, value);
                    fields.add(name, value);
                }
                case 5 -> {
                    expected.set(name, value);
                    fields.set(name, value);
                }
                case 6 -> {
                    expected.set(name, List.of(value, name));
                    fields.set(name, List.of(value, name));
                }
                default -> {
                    expected.remove(name);
                    fields.remove(name);
                }
            }
            assertThat(fields.entries()).isEqualTo(expected.entries());
            assertThat(fields.size()).isEqualTo(expected.size());
            assertThat(fields.names()).isEqualTo(expected.names());
            assertThat(fields.getAll(name)).isEqualTo(expected.getAll(name));
            assertThat(fields.get(name)).isEqualTo(expected.get(name));
        }
    }
}
