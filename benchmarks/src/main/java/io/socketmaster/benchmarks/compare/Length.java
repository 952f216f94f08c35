package io.socketmaster.benchmarks.compare;

/** How much is measured, unless the options say otherwise. */
enum Length {
    /** About a minute. */
    SMOKE(2, 1, 12),
    /** Six to seven minutes. */
    USUAL(5, 1, 20),
    /** An hour. */
    LONG(15, 5, 60);

    final int rounds;
    /** Of one measurement. */
    final int seconds;

    final int warmUpSeconds;

    Length(int rounds, int seconds, int warmUpSeconds) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }
}
