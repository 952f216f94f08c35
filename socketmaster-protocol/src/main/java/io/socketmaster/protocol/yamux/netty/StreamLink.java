package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.socketmaster.protocol.yamux.StreamEnd;
import io.socketmaster.protocol.yamux.StreamEvents;
import io.socketmaster.protocol.yamux.YamuxStream;
import java.util.ArrayDeque;

/**
 * The session's end of the string between a stream and its channel: what the session decides goes to the channel's loop
 * from here. Fields belong to the session's loop.
 *
 * <p>A stream that the peer opened has no channel loop until somebody takes it; until then what comes in waits here,
 * bounded by the stream's window.
 */
final class StreamLink implements StreamEvents {
    /** What was sent is reported to the channel in portions of this size: a short message wakes nobody for it. */
    private static final int SENT_PORTION = StreamOutput.ALLOWANCE / 4;

    private final YamuxSessionHandler session;
    private final YamuxStreamChannel channel;
    private int sentUnreported;
    /** What came in before the stream was taken, and how it ended meanwhile. */
    private final InboundQueue beforeAttached;

    private final ArrayDeque<Mailbox.Letter> endBeforeAttached = new ArrayDeque<>(/* numElements= */ 2);
    private YamuxStream stream;
    private Mailbox toChannel;

    StreamLink(YamuxSessionHandler session, YamuxStreamChannel channel) {
        this.session = session;
        this.channel = channel;
        this.beforeAttached = new InboundQueue(channel.alloc());
    }

    /** Opens the stream for a channel that lives on {@code loop}. */
    void open(EventLoop loop) {
        toChannel = session.mailboxTo(loop);
        stream = session.core().open(this);
    }

    /** The peer opened the stream. */
    void opened(YamuxStream newStream) {
        stream = newStream;
    }

    /** The application took the stream: its channel lives on {@code loop} from now on. */
    void attach(EventLoop loop) {
        toChannel = session.mailboxTo(loop);
        stream.accept();
        for (ByteBuf data; (data = beforeAttached.poll()) != null; ) {
            onData(data);
        }
        for (Mailbox.Letter letter; (letter = endBeforeAttached.poll()) != null; ) {
            tell(letter);
        }
    }

    /** The application refused the stream. */
    void refuse() {
        stream.reset();
        dropWaiting();
    }

    /** Releases what nobody will take. Also called when the session's loop, the owner, has ended. */
    void dropWaiting() {
        beforeAttached.drop();
    }

    YamuxStream stream() {
        return stream;
    }

    @Override
    public void onEstablished() {
        tell(channel::onEstablished);
    }

    @Override
    public void onData(ByteBuf data) {
        if (toChannel == null) {
            beforeAttached.add(data, /* reading= */ false);
            return;
        }
        tell(new Mailbox.Letter() {
            @Override
            public void open() {
                channel.onData(data);
            }

            @Override
            public void discard() {
                data.release();
            }
        });
    }

    @Override
    public void onSent(int bytes) {
        sentUnreported += bytes;
        if (sentUnreported >= SENT_PORTION) {
            int portion = sentUnreported;
            sentUnreported = 0;
            tell(() -> channel.onSent(portion));
        }
    }

    @Override
    public void onFinished() {
        tell(channel::onFinished);
    }

    @Override
    public void onBroken(StreamEnd end, boolean established) {
        tell(() -> channel.onBroken(end, established));
    }

    private void tell(Mailbox.Letter letter) {
        if (toChannel == null) {
            endBeforeAttached.add(letter);
        } else {
            session.tell(toChannel, letter);
        }
    }
}
