package io.socketmaster.benchmarks.load;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;

/** One transfer over one connection, under way beside others. Thread-safe. */
public final class BulkTransfer {
    private final AtomicLong moved = new AtomicLong();
    private final CompletableFuture<Channel> connected = new CompletableFuture<>();
    private final CompletableFuture<Boolean> ended = new CompletableFuture<>();

    private BulkTransfer() {}

    /** Starts one. @param bytes {@link Long#MAX_VALUE} for no end */
    public static BulkTransfer start(
            InetSocketAddress target, BulkClient.Direction direction, long bytes, EventLoopGroup loops) {
        BulkTransfer transfer = new BulkTransfer();
        BulkClient client = new BulkClient(direction, bytes, transfer.new Progress());
        Sockets.client(loops).handler(client).connect(target).addListener(done -> {
            if (!done.isSuccess()) {
                transfer.ended.completeExceptionally(done.cause());
            }
        });
        return transfer;
    }

    /** Bytes received, or taken by the client's socket, so far. */
    public long moved() {
        return moved.get();
    }

    /**
     * Waits until all bytes have arrived by the receiver's count.
     *
     * @throws IOException if the connection ended before
     */
    public void await() throws IOException {
        boolean complete;
        try {
            complete = ended.join();
        } catch (CompletionException e) {
            throw new IOException("the connection could not be made: " + e.getCause(), e);
        }
        if (!complete) {
            throw new IOException("the connection ended after " + moved() + " bytes, before all had arrived");
        }
    }

    /** Resets the connection. */
    public void abort() {
        connected.thenAccept(channel -> {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        });
    }

    /** Whether it ended, in whichever way. */
    public boolean isEnded() {
        return ended.isDone();
    }

    private final class Progress implements BulkClient.Listener {
        @Override
        public void onConnected(Channel channel) {
            connected.complete(channel);
        }

        @Override
        public void onBytes(long more) {
            moved.addAndGet(more);
        }

        @Override
        public void onEnd(boolean complete) {
            ended.complete(complete);
        }
    }
}
