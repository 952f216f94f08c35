package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Duration LENGTH = Duration.ofMillis(Long.getLong("stress.millis", 300));
    /** How far the two threads are shifted against each other at most, in turns of an empty loop. */
    private static final int SHIFT = 40;

    private final AtomicInteger emptied = new AtomicInteger();
    private final Gate.Exit exit = emptied::incrementAndGet;

    @Test
    void aClosedGateLetsNobodyInAndTellsThatItIsEmpty() {
        Gate gate = new Gate();

        assertThat(gate.tryEnter(exit)).isFalse();

        assertThat(gate.inside()).isZero();
        assertThat(emptied).hasValue(1);
    }

    @Test
    void theLastToLeaveAClosedGateTellsSo() {
        Gate gate = new Gate();
        gate.setOpen(true);
        gate.tryEnter(exit);
        gate.tryEnter(exit);
        gate.setOpen(false);

        gate.leave(exit);
        assertThat(emptied).hasValue(0);
        gate.leave(exit);

        assertThat(emptied).hasValue(1);
    }

    @Test
    void leavingAnOpenGateIsNotWorthTelling() {
        Gate gate = new Gate();
        gate.setOpen(true);
        gate.tryEnter(exit);

        gate.leave(exit);

        assertThat(emptied).hasValue(0);
    }

    @Test
    void leavingAWatchedGateIsTold() {
        Gate gate = new Gate();
        gate.setOpen(true);
        gate.setWatched(true);
        gate.tryEnter(exit);

        gate.leave(exit);

        assertThat(emptied).hasValue(1);
    }

    /** Check and count in the other order fail this within milliseconds. */
    @Test
    void whoEntersAndWhoClosesAlwaysSeeEachOther() throws InterruptedException {
        Race race = new Race();
        Thread entering = new Thread(race::enterAgainAndAgain, "entering");
        entering.start();
        try {
            race.closeAgainAndAgain();
        } finally {
            race.stop();
            entering.join();
        }
        assertThat(race.missed)
                .as("entered a gate that was seen closed and empty")
                .isZero();
    }

    /** Two threads that meet at one gate per round; a round is announced and reported by volatile writes. */
    private static final class Race {
        private static final int STOP = -1;
        private volatile int announced;
        private volatile int reported;
        private volatile boolean entered;
        private volatile Gate gate;
        private int missed;

        void closeAgainAndAgain() {
            long until = System.nanoTime() + LENGTH.toNanos();
            for (int round = 1; System.nanoTime() - until < 0; round++) {
                Gate fresh = new Gate();
                fresh.setOpen(true);
                gate = fresh;
                announced = round;
                shift();
                fresh.setOpen(false);
                boolean seenEmpty = fresh.inside() == 0;
                while (reported != round) {
                    Thread.onSpinWait();
                }
                if (entered && seenEmpty) {
                    missed++;
                }
            }
        }

        void enterAgainAndAgain() {
            for (int seen = 0; ; ) {
                int round = announced;
                if (round == STOP) {
                    return;
                }
                if (round == seen) {
                    Thread.onSpinWait();
                    continue;
                }
                seen = round;
                shift();
                entered = gate.tryEnter(() -> {});
                reported = round;
            }
        }

        void stop() {
            announced = STOP;
        }

        private static void shift() {
            for (int i = ThreadLocalRandom.current().nextInt(SHIFT); i > 0; i--) {
                Thread.onSpinWait();
            }
        }
    }
}
