package io.socketmaster.server.daemon;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.HandshakeEncoder;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import io.socketmaster.protocol.handshake.ReplyDecoder;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** A service that speaks yamux by hand over a blocking socket, so that a test decides about each of its bytes. */
final class RawService implements AutoCloseable {
    static final int FRAME_HEADER = 12;
    private static final int DATA = 0;
    private static final int WINDOW_UPDATE = 1;
    private static final int GO_AWAY = 3;
    private static final int SYN = 1;
    private static final int ACK = 2;
    private static final int FIN = 4;
    private static final int RST = 8;

    private final Socket socket;
    private final DataInputStream in;
    private final StringBuilder received = new StringBuilder();
    private boolean ended;
    private int stream;

    private RawService(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
    }

    /** Connects and registers; fails if that is refused. */
    static RawService register(
            InetSocketAddress control, SocketDefinition definition, Optional<RegistrationOptions> options)
            throws IOException, ProtocolException {
        Socket socket = new Socket(control.getAddress(), control.getPort());
        socket.setSoTimeout(15_000);
        socket.setTcpNoDelay(true);
        RawService service = new RawService(socket);
        ByteBuf request =
                HandshakeEncoder.encode(new HandshakeRequest(definition, options), UnpooledByteBufAllocator.DEFAULT);
        socket.getOutputStream().write(ByteBufUtil.getBytes(request));
        request.release();
        service.readReply(options.isPresent() ? ReplyDecoder.version2() : ReplyDecoder.version1());
        return service;
    }

    private void readReply(ReplyDecoder decoder) throws IOException, ProtocolException {
        ByteBuf reply = Unpooled.buffer();
        Optional<ReplyDecoder.Result> result = Optional.empty();
        while (result.isEmpty()) {
            reply.writeByte(in.readByte());
            result = decoder.decode(reply);
        }
        if (!((ReplyDecoder.Answered) result.get()).reply().isOk()) {
            throw new AssertionError("refused: " + result);
        }
    }

    /** Waits until a stream was opened and {@code text} came in on it. */
    RawService awaitRequest(String text) throws IOException {
        while (received.indexOf(text) < 0) {
            readFrame();
        }
        return this;
    }

    /** Forgets what came in on the stream, for the next one. */
    RawService forget() {
        received.setLength(0);
        ended = false;
        return this;
    }

    /** Waits until a stream was opened and its client has ended it. */
    RawService awaitEnd() throws IOException {
        while (!ended) {
            readFrame();
        }
        return this;
    }

    /** Waits until a stream was opened and this many bytes came in on it. */
    RawService awaitBytes(int bytes) throws IOException {
        while (received.length() < bytes) {
            readFrame();
        }
        return this;
    }

    private void readFrame() throws IOException {
        in.readUnsignedByte();
        int type = in.readUnsignedByte();
        int flags = in.readUnsignedShort();
        int id = in.readInt();
        int length = in.readInt();
        if ((flags & SYN) != 0 && type != 2) {
            stream = id;
        }
        ended |= (flags & FIN) != 0;
        if (type == DATA) {
            received.append(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
        }
    }

    /** All that came in on the stream. */
    String received() {
        return received.toString();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    byte[] ack() {
        return frame(WINDOW_UPDATE, ACK, stream, 0);
    }

    byte[] reset() {
        return frame(WINDOW_UPDATE, RST, stream, 0);
    }

    byte[] goAway() {
        return frame(GO_AWAY, 0, 0, 0);
    }

    byte[] data(String text) {
        byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
        return payload.length == 0 ? payload : join(frame(DATA, 0, stream, payload.length), payload);
    }

    private static byte[] frame(int type, int flags, int id, int length) {
        return ByteBuffer.allocate(FRAME_HEADER)
                .put((byte) 0)
                .put((byte) type)
                .putShort((short) flags)
                .putInt(id)
                .putInt(length)
                .array();
    }

    RawService send(byte[] bytes, int length) throws IOException {
        socket.getOutputStream().write(bytes, 0, length);
        return this;
    }

    RawService send(byte[] bytes) throws IOException {
        return send(bytes, bytes.length);
    }

    /** The end of the connection, behind everything that was sent, and nothing said about it before. */
    @Override
    public void close() throws IOException {
        if (!socket.isClosed()) {
            if (!socket.isOutputShutdown()) {
                socket.shutdownOutput();
            }
            // Unread input would turn the close into a reset, which may overtake what was sent.
            in.readAllBytes();
            socket.close();
        }
    }
}
