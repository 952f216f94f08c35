package io.socketmaster.protocol.yamux.netty;

import io.netty.channel.EventLoop;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The one way across event loops: letters are written on one and opened on another, in order. However many are posted
 * before the receiver looks, it is woken once and calls {@code afterBurst} once.
 *
 * <p>Thread-safe. The queue needs no limit of its own: what a stream may have under way is bounded by its windows and its
 * send allowance.
 */
final class Mailbox {
    private final EventLoop receiver;
    private final Runnable afterBurst;
    private final Queue<Letter> letters = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean ringing = new AtomicBoolean();
    private final Runnable look = this::openAll;
    private volatile boolean receiverGone;

    Mailbox(EventLoop receiver, Runnable afterBurst) {
        this.receiver = receiver;
        this.afterBurst = afterBurst;
    }

    EventLoop receiver() {
        return receiver;
    }

    /** Leaves a letter; the receiver looks when it is {@link #ring rung}. */
    void leave(Letter letter) {
        letters.add(letter);
        if (receiverGone || receiver.isShutdown()) {
            discardAll();
        }
    }

    /** Leaves a letter and rings. */
    void post(Letter letter) {
        leave(letter);
        ring();
    }

    /** Wakes the receiver, unless it is awake for this already. */
    void ring() {
        if (!letters.isEmpty() && ringing.compareAndSet(false, true)) {
            try {
                receiver.execute(look);
            } catch (RejectedExecutionException receiverShutDown) {
                // Its loop has ended, and with it every channel on it: nobody is there to miss the letters.
                receiverGone = true;
                discardAll();
            }
        }
    }

    private void openAll() {
        // Before looking: a letter that comes while we open the others rings again.
        ringing.set(false);
        try {
            for (Letter letter; (letter = letters.poll()) != null; ) {
                letter.open();
            }
        } finally {
            afterBurst.run();
            // Letters are left only if one of them failed; its fault is not that of the others.
            ring();
        }
    }

    private void discardAll() {
        for (Letter letter; (letter = letters.poll()) != null; ) {
            letter.discard();
        }
    }

    /** Something to be done on the receiver's loop. */
    @FunctionalInterface
    interface Letter {
        void open();

        /** The receiver's loop has ended: releases what the letter holds, or tells the sender. On any thread. */
        default void discard() {}
    }
}
