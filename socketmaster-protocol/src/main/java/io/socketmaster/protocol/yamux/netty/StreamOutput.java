package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufOutputStream;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.util.concurrent.PromiseNotifier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * The output side of a {@link YamuxStreamChannel}: hands what was flushed to the session, as much as that takes, and ends it
 * with FIN. What the session has not framed yet is bounded by an allowance; what is written beyond waits in the channel's
 * outbound buffer, which so becomes unwritable. Belongs to the channel's loop.
 */
final class StreamOutput {
    /** Bytes that may be with the session and not framed yet, or not yet reported to be. */
    static final int ALLOWANCE = 128 * 1024;

    private final YamuxStreamChannel channel;
    private final YamuxSessionHandler session;
    private final StreamLink link;

    private int allowance = ALLOWANCE;
    /** Asked for, and done as soon as nothing flushed is left. */
    private ChannelPromise shutdown;

    private StreamClosedException broken;
    /** Read by any thread. */
    private volatile boolean finished;

    StreamOutput(YamuxStreamChannel channel, YamuxSessionHandler session, StreamLink link) {
        this.channel = channel;
        this.session = session;
        this.link = link;
    }

    /** Whether FIN was sent. Any thread. */
    boolean isFinished() {
        return finished;
    }

    /** The session has framed so much of what it was given. */
    void sent(int bytes) {
        allowance += bytes;
    }

    /** Whether more may be written now. */
    boolean hasAllowance() {
        return allowance > 0;
    }

    /** From now on, whatever is written fails with {@code cause}. */
    void fail(StreamClosedException cause) {
        broken = cause;
    }

    /** Writes from {@code out} what there is allowance for; then the end, if it was asked for and nothing is left. */
    void write(ChannelOutboundBuffer out) throws IOException {
        for (Object message; (message = out.current()) != null; ) {
            if (broken != null) {
                out.remove(broken);
            } else if (finished) {
                out.remove(new ClosedChannelException());
            } else if (allowance <= 0) {
                return;
            } else if (message instanceof ByteBuf) {
                writeBytes(out, (ByteBuf) message);
            } else {
                writeRegion(out, (FileRegion) message);
            }
        }
        if (shutdown != null) {
            finish();
        }
    }

    private void writeBytes(ChannelOutboundBuffer out, ByteBuf bytes) {
        int length = Math.min(bytes.readableBytes(), allowance);
        if (length > 0) {
            send(bytes.readRetainedSlice(length));
            out.progress(length);
        }
        if (!bytes.isReadable()) {
            out.remove();
        }
    }

    private void writeRegion(ChannelOutboundBuffer out, FileRegion region) throws IOException {
        int length = (int) Math.min(region.count() - region.transferred(), allowance);
        ByteBuf bytes = channel.alloc().ioBuffer(length);
        try (WritableByteChannel sink = Channels.newChannel(new ByteBufOutputStream(bytes))) {
            while (bytes.readableBytes() < length) {
                long moved = region.transferTo(new Bounded(sink, length - bytes.readableBytes()), region.transferred());
                if (moved <= 0) {
                    throw new IOException("the file is shorter than the region that is to be sent of it");
                }
            }
        } catch (IOException | RuntimeException e) {
            bytes.release();
            // The pipeline closes the channel: with FIN, what was sent would look whole.
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            throw e;
        }
        send(bytes);
        out.progress(length);
        if (region.transferred() >= region.count()) {
            out.remove();
        }
    }

    /** Takes ownership of {@code bytes}. */
    private void send(ByteBuf bytes) {
        allowance -= bytes.readableBytes();
        session.post(new Mailbox.Letter() {
            @Override
            public void open() {
                session.send(link.stream(), bytes);
            }

            @Override
            public void discard() {
                bytes.release();
            }
        });
    }

    /**
     * Asks for the end of the output of a channel that is open. {@link #write} ends it, or {@link #finishIfIdle} where there is
     * nothing to write; {@code promise} is told.
     *
     * @return whether this is the first time
     */
    boolean askToFinish(ChannelPromise promise) {
        if (broken != null) {
            promise.tryFailure(broken);
            return false;
        }
        if (shutdown != null) {
            shutdown.addListener(new PromiseNotifier<>(promise));
            return false;
        }
        shutdown = promise.unvoid();
        return true;
    }

    /** @param out null once the channel is closed */
    void finishIfIdle(ChannelOutboundBuffer out) {
        if (out == null || out.isEmpty()) {
            finish();
        }
    }

    /** Nothing flushed is left of what came before {@link #shutdown}. */
    private void finish() {
        if (broken != null) {
            shutdown.tryFailure(broken);
            return;
        }
        if (!finished) {
            finished = true;
            session.post(() -> link.stream().finish());
        }
        shutdown.trySuccess();
    }

    /** The channel is closed. */
    void close() {
        if (shutdown != null) {
            shutdown.tryFailure(new ClosedChannelException());
        }
    }

    /** Takes no more bytes than there is allowance for. */
    private record Bounded(WritableByteChannel sink, int room) implements WritableByteChannel {
        @Override
        public int write(ByteBuffer source) throws IOException {
            ByteBuffer part = source.duplicate();
            part.limit(Math.min(part.limit(), part.position() + room));
            int written = sink.write(part);
            source.position(source.position() + written);
            return written;
        }

        @Override
        public boolean isOpen() {
            return sink.isOpen();
        }

        @Override
        public void close() throws IOException {
            sink.close();
        }
    }
}
