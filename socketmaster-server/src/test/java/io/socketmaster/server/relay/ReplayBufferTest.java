package io.socketmaster.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.socketmaster.testing.Background;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Contract section 5: what is kept of a request, and of all of them together. */
class ReplayBufferTest {
    private final ReplayBudget budget = new ReplayBudget(64 << 10);

    private ReplayBuffer buffer(int limit) {
        return new ReplayBuffer(limit, budget, ByteBufAllocator.DEFAULT);
    }

    private static void keep(ReplayBuffer buffer, String text) {
        ByteBuf data = Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
        buffer.keep(data);
        assertThat(data.toString(StandardCharsets.US_ASCII)).isEqualTo(text);
        data.release();
    }

    private static String copyOf(ReplayBuffer buffer) {
        return buffer.copy()
                .map(copy -> {
                    String text = copy.toString(StandardCharsets.US_ASCII);
                    copy.release();
                    return text;
                })
                .orElse("");
    }

    @Test
    void itGivesBackWhatItKeptAsOftenAsAsked() {
        ReplayBuffer buffer = buffer(4);
        assertThat(copyOf(buffer)).isEmpty();
        keep(buffer, "abc");
        assertThat(buffer.hasRoom()).isTrue();
        keep(buffer, "def");
        assertThat(buffer.hasRoom()).isFalse();
        assertThat(copyOf(buffer)).isEqualTo("abcdef");
        assertThat(copyOf(buffer)).isEqualTo("abcdef");
        buffer.release();
        buffer.release();
        assertThat(buffer.isWhole()).isFalse();
        assertThat(copyOf(buffer)).isEmpty();
        assertThat(budget.used()).isZero();
    }

    @Test
    void aCopyThatWasGivenOutDoesNotChange() {
        ReplayBuffer buffer = buffer(1 << 20);
        keep(buffer, "first");
        ByteBuf copy = buffer.copy().orElseThrow();
        keep(buffer, "x".repeat(10_000));
        buffer.release();
        assertThat(copy.toString(StandardCharsets.US_ASCII)).isEqualTo("first");
        copy.release();
    }

    @Test
    void singleBytesCostNoMoreThanTwiceTheirNumber() {
        ReplayBuffer buffer = buffer(64 << 10);
        for (int i = 0; i < 20_000; i++) {
            keep(buffer, "x");
        }
        assertThat(budget.used()).isBetween(20_000L, 40_000L);
        assertThat(buffer.bytes()).isEqualTo(20_000);
        buffer.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void whenTheBudgetIsUsedUpNothingIsKeptAndTheOthersKeepWhatTheyHave() {
        ReplayBuffer first = buffer(64 << 10);
        ReplayBuffer second = buffer(64 << 10);
        keep(first, "x".repeat(40_000));
        keep(second, "some");
        assertThat(second.isWhole()).isFalse();
        keep(second, "more");
        assertThat(copyOf(second)).isEmpty();
        assertThat(first.isWhole()).isTrue();
        first.release();
        assertThat(budget.used()).isZero();
    }

    @Test
    void theBudgetReturnsToZeroWhateverManyThreadsDo() {
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Random random = new Random(i);
            threads.add(Background.run(() -> {
                for (int n = 0; n < 2_000; n++) {
                    ReplayBuffer buffer = buffer(64 << 10);
                    for (int k = random.nextInt(4); k >= 0; k--) {
                        ByteBuf data = Unpooled.wrappedBuffer(new byte[random.nextInt(20_000)]);
                        buffer.keep(data);
                        data.release();
                    }
                    assertThat(budget.used()).isLessThanOrEqualTo(64 << 10);
                    buffer.release();
                }
            }));
        }
        threads.forEach(CompletableFuture::join);
        assertThat(budget.used()).isZero();
    }
}
