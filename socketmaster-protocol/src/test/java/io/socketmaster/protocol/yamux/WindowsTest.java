package io.socketmaster.protocol.yamux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** Flow control: yamux specification, "Flow Control". */
class WindowsTest {
    @Test
    void creditComesInHalvesAndOnlyForWhatWasConsumed() {
        ReceiveWindow window = new ReceiveWindow();
        assertThat(window.receive(262_144)).isTrue();
        assertThat(window.receive(1)).isFalse();

        assertThat(window.consume(131_071)).isZero();
        assertThat(window.consume(1)).isEqualTo(131_072);
        assertThat(window.available()).isEqualTo(131_072);
    }

    @Test
    void aRefusedOverrunChangesNothing() {
        ReceiveWindow window = new ReceiveWindow();
        assertThat(window.receive(0xffff_ffffL)).isFalse();
        assertThat(window.available()).isEqualTo(262_144);
    }

    @Test
    void windowAndUnconsumedBytesNeverExceedItsSizeWhateverHappens() {
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            ReceiveWindow window = new ReceiveWindow();
            long peerMaySend = ReceiveWindow.INITIAL_BYTES;
            int held = 0;
            for (int step = 0; step < 500; step++) {
                if (random.nextBoolean()) {
                    int length = random.nextInt(80_000);
                    boolean taken = window.receive(length);
                    assertThat(taken).isEqualTo(length <= peerMaySend);
                    if (taken) {
                        peerMaySend -= length;
                        held += length;
                    }
                } else {
                    int length = random.nextInt(held + 1);
                    held -= length;
                    peerMaySend += window.consume(length);
                }
                assertThat(peerMaySend).isEqualTo(window.available());
                assertThat(peerMaySend + held).isLessThanOrEqualTo(ReceiveWindow.INITIAL_BYTES);
            }
            int credit = window.consume(held);
            assertThat(window.available()).isGreaterThan(ReceiveWindow.INITIAL_BYTES / 2 - 1);
            assertThat(credit).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void sendWindowNeverLetsMorePassThanWasGranted() throws SessionFailure {
        Random random = new Random(11);
        SendWindow window = new SendWindow();
        long granted = ReceiveWindow.INITIAL_BYTES;
        long spent = 0;
        for (int step = 0; step < 10_000; step++) {
            if (random.nextInt(4) == 0) {
                int credit = random.nextInt(300_000);
                window.grow(credit);
                granted += credit;
            } else {
                int length = window.permits(random.nextInt(200_000));
                window.spend(length);
                spent += length;
            }
            assertThat(spent).isLessThanOrEqualTo(granted);
            assertThat(window.isOpen()).isEqualTo(spent < granted);
        }
    }

    @Test
    void sendWindowBearsAll32BitsAndNoMore() throws SessionFailure {
        SendWindow window = new SendWindow();
        window.grow(0xffff_ffffL - 262_144);
        assertThat(window.permits(Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);

        assertThatThrownBy(() -> window.grow(1))
                .isInstanceOf(SessionFailure.class)
                .hasMessageContaining("2^32-1");
    }
}
