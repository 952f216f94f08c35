package io.socketmaster.cli.api;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsTest {
    @ParameterizedTest
    @CsvSource({
        "0,       0ms",
        "850,     850ms",
        "12999,   12s",
        "60000,   1m",
        "185000,  3m 5s",
        "7800000, 2h 10m",
        "349200000, 4d 1h"
    })
    void aDurationHasItsTwoLargestUnits(long millis, String words) {
        assertThat(Words.duration(millis)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({"3000, 3s", "2999, 3s", "2001, 3s", "2000, 2s", "999, 999ms", "0, 0ms", "59001, 1m", "3599999, 1h"})
    void whatIsLeftIsSaidAsItWasAskedFor(long millis, String words) {
        assertThat(Words.left(millis)).isEqualTo(words);
    }
}
