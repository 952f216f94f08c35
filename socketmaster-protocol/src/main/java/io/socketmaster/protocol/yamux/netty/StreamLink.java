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
    private final YamuxSessionHandler session;
    private final YamuxStreamChannel channel;
    private final ArrayDeque<Mailbox.Letter> beforeAttached = new ArrayDeque<>();
    private YamuxStream stream;
    private Mailbox toChannel;

    StreamLink(YamuxSessionHandler session, YamuxStreamChannel channel) {
        this.session = session;
        this.channel = channel;
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
        for (Mailbox.Letter letter; (letter = beforeAttached.poll()) != null; ) {
            session.tell(toChannel, letter);
        }
    }

    /** The application refused the stream. */
    void refuse() {
        stream.reset();
        for (Mailbox.Letter letter; (letter = beforeAttached.poll()) != null; ) {
            letter.discard();
        }
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
        tell(() -> channel.onSent(bytes));
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
            beforeAttached.add(letter);
        } else {
            session.tell(toChannel, letter);
        }
    }
}
