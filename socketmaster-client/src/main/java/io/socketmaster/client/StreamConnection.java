package io.socketmaster.client;

import io.socketmaster.client.session.StreamFacts;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * One connection, or one HTTP request, that the daemon handed to this service; what a {@code Socket} is to a port of one's
 * own. Reading and writing block, in both directions until the other side keeps up; each may be done on a thread of its own.
 *
 * <p>Errors are {@code java.net.SocketException}, {@code SocketTimeoutException} and {@code InterruptedIOException}, as with
 * a {@code Socket}.
 */
public final class StreamConnection implements Closeable {
    private final YamuxStreamChannel channel;
    private final BlockingStream stream;
    private final ProxyHeader facts;
    private final InputStream input;
    private final OutputStream output;

    private StreamConnection(YamuxStreamChannel channel) {
        this.channel = channel;
        this.facts = StreamFacts.of(channel);
        this.stream = new BlockingStream(channel);
        this.input = new Input();
        this.output = new Output();
    }

    /** Takes a stream that nobody took yet. */
    static StreamConnection take(YamuxStreamChannel channel) {
        StreamConnection connection = new StreamConnection(channel);
        connection.stream.start(channel.sessionLoop());
        return connection;
    }

    /** What the client sends. Not buffered: read into arrays. Closing it closes the connection. */
    public InputStream getInputStream() {
        return input;
    }

    /**
     * What the client gets. Each write is on its way when it returns, so {@code flush} has nothing to do; wrap it into a
     * {@code BufferedOutputStream} to write in small pieces. Closing it closes the connection.
     */
    public OutputStream getOutputStream() {
        return output;
    }

    /** Tells the client that nothing more comes, behind what was written. Reading goes on. */
    public void shutdownOutput() throws IOException {
        stream.shutdownOutput();
    }

    /** Breaks the connection: the client sees a reset, and what was not delivered yet is lost. */
    public void reset() {
        stream.reset();
    }

    /**
     * Ends the connection behind what was written, which is still delivered. Does not wait; a read or write that waits on
     * another thread fails. What the client still sends is dropped. Later calls do nothing.
     */
    @Override
    public void close() {
        stream.close();
    }

    /** How long a read may wait for bytes before it throws {@code SocketTimeoutException}; zero, the default: for ever. */
    public void setReadTimeout(Duration timeout) {
        if (timeout.isNegative()) {
            throw new IllegalArgumentException("timeout " + timeout + " is negative");
        }
        stream.setReadTimeout(timeout);
    }

    /**
     * The client's address, an {@code InetSocketAddress}. If the daemon does not tell it (version 1, or a connection of the
     * daemon's own), it is the daemon's.
     */
    public SocketAddress remoteAddress() {
        return channel.remoteAddress();
    }

    /** The public address that the client connected to; ours of the session if the daemon does not tell it. */
    public SocketAddress localAddress() {
        return channel.localAddress();
    }

    /** The host that the client asked for in TLS (SNI). */
    public Optional<String> serverName() {
        return facts.authority();
    }

    /** The application protocol that was agreed in TLS (ALPN). */
    public Optional<String> applicationProtocol() {
        return facts.alpn();
    }

    /** The version of TLS between client and daemon, such as {@code TLSv1.3}; empty if the daemon did not end TLS. */
    public Optional<String> tlsVersion() {
        return facts.tls().map(ProxyHeader.Tls::version);
    }

    /** The cipher suite between client and daemon; empty if the daemon did not end TLS. */
    public Optional<String> tlsCipher() {
        return facts.tls().map(ProxyHeader.Tls::cipher);
    }

    @Override
    public String toString() {
        return "StreamConnection[" + remoteAddress() + " to " + localAddress() + "]";
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            return length == 0 ? 0 : stream.read(bytes, offset, length);
        }

        @Override
        public int available() {
            return stream.available();
        }

        @Override
        public void close() {
            StreamConnection.this.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            stream.write(bytes, offset, length);
        }

        @Override
        public void close() {
            StreamConnection.this.close();
        }
    }
}
