package io.socketmaster.benchmarks.chaos;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** As much of RFC 6455 as an echo needs: whole messages of at most 65,535 bytes. Stateless. */
public final class WebSocketFrames {
    /** RFC 6455 section 5.2. */
    public static final int BINARY = 2;

    public static final int CLOSE = 8;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int TWO_BYTES = 126;
    /** Not a secret: it only has to be one, RFC 6455 section 5.3. */
    private static final byte[] MASK = {0x21, 0x43, 0x65, 0x07};

    private WebSocketFrames() {}

    /** A frame with its payload unmasked. */
    public record Frame(int opcode, byte[] payload) {
        /** The status of a Close frame; 0 if it has none. */
        public int closeCode() {
            return payload.length < 2 ? 0 : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    /**
     * Reads one frame.
     *
     * @throws java.io.EOFException if the connection ends first
     */
    public static Frame read(InputStream in) throws IOException {
        DataInputStream data = new DataInputStream(in);
        int opcode = data.readUnsignedByte() & 0x0F;
        int second = data.readUnsignedByte();
        int length = second & 0x7F;
        if (length > TWO_BYTES) {
            throw new IOException("a frame of more than 65,535 bytes");
        }
        if (length == TWO_BYTES) {
            length = data.readUnsignedShort();
        }
        byte[] mask = new byte[4];
        if ((second & MASKED) != 0) {
            data.readFully(mask);
        }
        byte[] payload = new byte[length];
        data.readFully(payload);
        applyMask(payload, mask);
        return new Frame(opcode, payload);
    }

    /** A frame as a server sends it. */
    public static byte[] fromServer(int opcode, byte[] payload) {
        return frame(opcode, payload, false);
    }

    /** A frame as a client sends it. */
    public static byte[] fromClient(int opcode, byte[] payload) {
        byte[] masked = payload.clone();
        applyMask(masked, MASK);
        return frame(opcode, masked, true);
    }

    private static byte[] frame(int opcode, byte[] payload, boolean masked) {
        ByteBuffer frame = ByteBuffer.allocate(8 + payload.length);
        frame.put((byte) (FIN | opcode));
        int maskBit = masked ? MASKED : 0;
        if (payload.length < TWO_BYTES) {
            frame.put((byte) (maskBit | payload.length));
        } else {
            frame.put((byte) (maskBit | TWO_BYTES)).putShort((short) payload.length);
        }
        if (masked) {
            frame.put(MASK);
        }
        frame.put(payload).flip();
        byte[] bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    private static void applyMask(byte[] payload, byte[] mask) {
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i & 3];
        }
    }

    /** The value of {@code Sec-WebSocket-Accept}, RFC 6455 section 4.2.2. */
    public static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new AssertionError(everyJdkHasIt);
        }
    }
}
