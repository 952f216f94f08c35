package io.socketmaster.protocol.yamux.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MailboxTest {
    private final EventLoop receiver = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()).next();
    private final List<String> opened = Collections.synchronizedList(new ArrayList<>());
    private final Mailbox mailbox = new Mailbox(receiver, () -> opened.add("|"));

    @AfterEach
    void stop() throws Exception {
        end();
    }

    @Test
    void manyLettersBeforeTheReceiverLooksAreOneBurst() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        receiver.execute(() -> await(goOn));
        mailbox.post(letter("one"));
        mailbox.post(letter("two"));
        mailbox.post(letter("three"));
        goOn.countDown();
        letReceiverFinish();
        assertThat(opened).containsExactly("one", "two", "three", "|");
    }

    @Test
    void aLetterThatComesWhileOthersAreOpenedIsOpenedToo() throws Exception {
        mailbox.post(() -> mailbox.post(letter("answer")));
        letReceiverFinish();
        letReceiverFinish();
        assertThat(opened).contains("answer").endsWith("|");
    }

    @Test
    void aLetterThatFailsKeepsNoOtherFromBeingOpened() throws Exception {
        mailbox.leave(letter("one"));
        mailbox.leave(() -> {
            throw new IllegalStateException("a fault that this test makes");
        });
        mailbox.leave(letter("three"));
        mailbox.ring();
        letReceiverFinish();
        letReceiverFinish();
        assertThat(opened).containsExactly("one", "|", "three", "|");
    }

    @Test
    void whatIsSentToALoopThatHasEndedIsDiscarded() throws Exception {
        end();
        mailbox.leave(letter("left"));
        mailbox.ring();
        assertThat(opened).containsExactly("left discarded");
        mailbox.post(letter("posted"));
        assertThat(opened).containsExactly("left discarded", "posted discarded");
    }

    private Mailbox.Letter letter(String text) {
        return new Mailbox.Letter() {
            @Override
            public void open() {
                assertThat(receiver.inEventLoop()).isTrue();
                opened.add(text);
            }

            @Override
            public void discard() {
                opened.add(text + " discarded");
            }
        };
    }

    /** Tasks run in order, so what was sent by now is opened when this returns. */
    private void letReceiverFinish() throws Exception {
        receiver.submit(() -> {}).get(10, TimeUnit.SECONDS);
    }

    private void end() throws InterruptedException {
        receiver.shutdownGracefully(0, 0, TimeUnit.SECONDS).await();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
