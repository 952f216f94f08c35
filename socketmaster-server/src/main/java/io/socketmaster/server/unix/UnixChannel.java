package io.socketmaster.server.unix;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.FileRegion;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.nio.AbstractNioByteChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;

/**
 * A connection over a Unix socket. Netty's {@code NioDomainSocketChannel} (4.2.18) has the option {@code ALLOW_HALF_CLOSURE}
 * and does not heed it: its {@code AbstractNioByteChannel} asks TCP's configuration only, and closes the connection when the
 * peer has ended its direction. Here the other direction stays open, always.
 *
 * <p>A Unix socket knows no reset of its own: {@code SO_LINGER} is ignored, and a peer whose connection is cut off sees {@code
 * ECONNRESET} if it was sending, and otherwise an end of file.
 */
public final class UnixChannel extends AbstractNioByteChannel implements DuplexChannel {
    private final ChannelConfig config = new Config(this);
    private volatile boolean inputShutdown;
    private volatile boolean outputShutdown;

    /** To be connected. */
    public UnixChannel() {
        this(/* parent= */ null, open());
    }

    /** One that was accepted. */
    UnixChannel(Channel parent, SocketChannel socket) {
        super(parent, socket);
    }

    private static SocketChannel open() {
        try {
            return SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new ChannelException("no Unix socket can be had: " + e.getMessage(), e);
        }
    }

    /** Knows that both directions end by themselves, and nothing else beyond the common options. */
    private static final class Config extends DefaultChannelConfig {
        Config(Channel channel) {
            super(channel);
        }

        @Override
        public <T> boolean setOption(ChannelOption<T> option, T value) {
            return option == ChannelOption.ALLOW_HALF_CLOSURE
                    ? Boolean.TRUE.equals(value)
                    : super.setOption(option, value);
        }
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    protected SocketChannel javaChannel() {
        return (SocketChannel) super.javaChannel();
    }

    @Override
    public boolean isActive() {
        return javaChannel().isOpen() && javaChannel().isConnected();
    }

    // --- bytes

    @Override
    protected int doReadBytes(ByteBuf bytes) throws IOException {
        RecvByteBufAllocator.Handle handle = unsafe().recvBufAllocHandle();
        handle.attemptedBytesRead(bytes.writableBytes());
        int read = bytes.writeBytes(javaChannel(), handle.attemptedBytesRead());
        if (read < 0 && !inputShutdown) {
            // Seen as shut down, the channel stays open. The event follows what was read before it.
            inputShutdown = true;
            eventLoop().execute(() -> pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
        }
        return read;
    }

    @Override
    protected int doWriteBytes(ByteBuf bytes) throws IOException {
        return bytes.readBytes(javaChannel(), bytes.readableBytes());
    }

    @Override
    protected long doWriteFileRegion(FileRegion region) throws IOException {
        return region.transferTo(javaChannel(), region.transferred());
    }

    // --- the beginning

    @Override
    protected boolean doConnect(SocketAddress remote, SocketAddress local) throws IOException {
        if (local != null) {
            throw new UnsupportedOperationException("a Unix client socket is not bound");
        }
        if (javaChannel().connect(remote)) {
            return true;
        }
        // There is no such thing as a connection in progress here: EAGAIN says that the backlog is full.
        doClose();
        throw new ConnectException("the backlog of " + remote + " is full");
    }

    @Override
    protected void doFinishConnect() {
        throw new IllegalStateException("a Unix socket connects at once or not at all");
    }

    @Override
    protected void doBind(SocketAddress local) {
        throw new UnsupportedOperationException("a Unix client socket is not bound");
    }

    @Override
    protected SocketAddress localAddress0() {
        return address(SocketChannel::getLocalAddress);
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return address(SocketChannel::getRemoteAddress);
    }

    private interface AddressOf {
        SocketAddress get(SocketChannel socket) throws IOException;
    }

    private SocketAddress address(AddressOf which) {
        try {
            return which.get(javaChannel());
        } catch (IOException closed) {
            return null; // as Netty's channels say of one that is closed
        }
    }

    // --- the end

    @Override
    protected void doDisconnect() throws Exception {
        doClose();
    }

    @Override
    protected void doClose() throws IOException {
        javaChannel().close();
    }

    @Override
    protected boolean isInputShutdown0() {
        return isInputShutdown();
    }

    @Override
    public boolean isInputShutdown() {
        return inputShutdown || !isActive();
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShutdown || !isActive();
    }

    @Override
    public boolean isShutdown() {
        return isInputShutdown() && isOutputShutdown();
    }

    @Override
    protected void doShutdownOutput() throws IOException {
        outputShutdown = true;
        javaChannel().shutdownOutput();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onLoop(() -> ((AbstractUnsafe) unsafe()).shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        onLoop(() -> {
            try {
                javaChannel().shutdownInput();
                inputShutdown = true;
                promise.setSuccess();
            } catch (IOException e) {
                promise.setFailure(e);
            }
        });
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownOutput().addListener(output -> shutdownInput(promise));
        return promise;
    }

    private void onLoop(Runnable task) {
        if (eventLoop().inEventLoop()) {
            task.run();
        } else {
            eventLoop().execute(task);
        }
    }
}
