package io.socketmaster.benchmarks.compare;

/** How much is measured, unless the options say otherwise. */
enum Length {
    /** About a minute. */
    SMOKE(3, 0.5, 10),
    /** About five minutes, and a minute more where all has to be built. */
    USUAL(5, 0.5, 20),
    /** An hour. */
    LONG(15, 4, 60);

    final int rounds;
    /** Of one measurement. */
    final double seconds;

    final int warmUpSeconds;

    Length(int rounds, double seconds, int warmUpSeconds) {
        this.rounds = rounds;
        this.seconds = seconds;
        this.warmUpSeconds = warmUpSeconds;
    }
}
