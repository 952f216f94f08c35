package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.handler.codec.http2.Http2Headers;
import io.socketmaster.server.relay.RawPeer;
import java.io.ByteArrayOutputStream;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** An HTTP/2 client that says exactly the frames of a test, right or wrong, and hears them one by one. */
public final class Http2Peer implements AutoCloseable {
    static final int NONE = 0;
    public static final int END_STREAM = Http2Flags.END_STREAM;
    public static final int END_HEADERS = Http2Flags.END_HEADERS;
    static final int ACK = Http2Flags.ACK;
    static final int SETTING_INITIAL_WINDOW = 4;

    private static final int HEADER_BYTES = 9;

    private final RawPeer peer;
    private final DefaultHttp2HeadersDecoder hpack = new DefaultHttp2HeadersDecoder(false);

    /** One frame, with its head decoded if it has one. */
    public record Frame(int type, int flags, int stream, byte[] payload, Http2Headers headers) {
        public String text() {
            return new String(payload, StandardCharsets.ISO_8859_1);
        }

        public String status() {
            return String.valueOf(headers.status());
        }

        String field(String name) {
            CharSequence value = headers.get(name);
            return value == null ? "" : value.toString();
        }

        public boolean ends() {
            return (flags & END_STREAM) != 0;
        }

        int word(int at) {
            return ByteBuffer.wrap(payload).getInt(at);
        }

        /** Of a RST_STREAM or GOAWAY. */
        public Http2Error error() {
            return Http2Error.valueOf(word(type == Http2FrameTypes.GO_AWAY ? 4 : 0));
        }
    }

    public Http2Peer(RawPeer peer) {
        this.peer = peer;
    }

    /** Connects with preface and empty settings. */
    public static Http2Peer open(RawPeer raw) {
        return new Http2Peer(raw).preface().send(Http2FrameTypes.SETTINGS, NONE, 0, new byte[0]);
    }

    public Http2Peer preface() {
        peer.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        return this;
    }

    public RawPeer raw() {
        return peer;
    }

    public static byte[] frame(int type, int flags, int stream, byte[] payload) {
        return ByteBuffer.allocate(HEADER_BYTES + payload.length)
                .putShort((short) (payload.length >> Byte.SIZE))
                .put((byte) payload.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(payload)
                .array();
    }

    public Http2Peer send(int type, int flags, int stream, byte[] payload) {
        peer.send(frame(type, flags, stream, payload));
        return this;
    }

    /** Sends the same frame many times at once. */
    public Http2Peer flood(int times, byte[] frame) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < times; i++) {
            all.writeBytes(frame);
        }
        try {
            peer.socket().getOutputStream().write(all.toByteArray());
        } catch (SocketException endedMeanwhile) {
            // As it ought to be; what was said is read next.
            return this;
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return this;
    }

    /**
     * A header block of literals without indexing.
     *
     * @param fields names and values in turn
     */
    public static byte[] block(String... fields) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < fields.length; i += 2) {
            block.write(0);
            string(block, fields[i]);
            string(block, fields[i + 1]);
        }
        return block.toByteArray();
    }

    private static void string(ByteArrayOutputStream block, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        int length = bytes.length;
        if (length < 127) {
            block.write(length);
        } else {
            block.write(127);
            for (length -= 127; length >= 128; length >>= 7) {
                block.write((length & 127) | 128);
            }
            block.write(length);
        }
        block.writeBytes(bytes);
    }

    static byte[] request(String method, String path, String... more) {
        String[] fields = new String[8 + more.length];
        System.arraycopy(
                new String[] {":method", method, ":scheme", "http", ":authority", "a", ":path", path}, 0, fields, 0, 8);
        System.arraycopy(more, 0, fields, 8, more.length);
        return block(fields);
    }

    public Http2Peer get(int stream, String path, String... more) {
        return send(Http2FrameTypes.HEADERS, END_HEADERS | END_STREAM, stream, request("GET", path, more));
    }

    /** A request whose body is still to come. */
    Http2Peer post(int stream, String path, String... more) {
        return send(Http2FrameTypes.HEADERS, END_HEADERS, stream, request("POST", path, more));
    }

    Http2Peer data(int stream, String text, boolean end) {
        return send(Http2FrameTypes.DATA, end ? END_STREAM : NONE, stream, text.getBytes(StandardCharsets.ISO_8859_1));
    }

    Http2Peer reset(int stream) {
        return send(Http2FrameTypes.RST_STREAM, NONE, stream, word((int) Http2Error.CANCEL.code()));
    }

    Http2Peer windowUpdate(int stream, int bytes) {
        return send(Http2FrameTypes.WINDOW_UPDATE, NONE, stream, word(bytes));
    }

    static byte[] word(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    static byte[] setting(int id, int value) {
        return ByteBuffer.allocate(6).putShort((short) id).putInt(value).array();
    }

    /** The next frame, whatever it is. */
    public Frame next() {
        ByteBuffer header = ByteBuffer.wrap(peer.readBytes(HEADER_BYTES));
        int length = ((header.getShort() & 0xffff) << Byte.SIZE) | (header.get() & 0xff);
        int type = header.get() & 0xff;
        int flags = header.get() & 0xff;
        int stream = header.getInt();
        byte[] payload = peer.readBytes(length);
        return new Frame(
                type, flags, stream, payload, type == Http2FrameTypes.HEADERS ? decode(stream, payload) : null);
    }

    private Http2Headers decode(int stream, byte[] block) {
        ByteBuf bytes = Unpooled.wrappedBuffer(block);
        try {
            return hpack.decodeHeaders(stream, bytes);
        } catch (Http2Exception e) {
            throw new AssertionError(ByteBufUtil.hexDump(block), e);
        }
    }

    /** The next frame that is no SETTINGS, PING or WINDOW_UPDATE. */
    Frame nextThat() {
        Frame frame = next();
        while (frame.type() == Http2FrameTypes.SETTINGS
                || frame.type() == Http2FrameTypes.PING
                || frame.type() == Http2FrameTypes.WINDOW_UPDATE) {
            frame = next();
        }
        return frame;
    }

    /** The next frame of a type, those before it skipped. */
    Frame await(int type) {
        Frame frame = next();
        while (frame.type() != type) {
            frame = next();
        }
        return frame;
    }

    /** A head on {@code stream}; anything else but housekeeping is a failure. */
    public Frame awaitHead(int stream) {
        Frame frame = nextThat();
        if (frame.type() != Http2FrameTypes.HEADERS || frame.stream() != stream) {
            throw new AssertionError("instead of a head on stream " + stream + ": " + frame + " " + frame.text());
        }
        return frame;
    }

    /** The body up to the end of {@code stream}, trailers left out. */
    public String awaitBody(int stream) {
        StringBuilder body = new StringBuilder();
        Frame frame;
        do {
            frame = nextThat();
            if (frame.stream() != stream || frame.type() == Http2FrameTypes.RST_STREAM) {
                throw new AssertionError("instead of the rest of stream " + stream + ": " + frame);
            }
            if (frame.type() == Http2FrameTypes.DATA) {
                body.append(frame.text());
            }
        } while (!frame.ends());
        return body.toString();
    }

    public Frame awaitReset(int stream) {
        Frame frame = await(Http2FrameTypes.RST_STREAM);
        if (frame.stream() != stream) {
            throw new AssertionError("instead of a reset of stream " + stream + ": " + frame);
        }
        return frame;
    }

    public Frame awaitGoAway() {
        return await(Http2FrameTypes.GO_AWAY);
    }

    /** Everything up to the end of the connection, clean or not; what is left over is dropped. */
    public void awaitEnd() {
        try {
            while (peer.socket().getInputStream().read() >= 0) {
                // Frames that nobody asked about.
                continue;
            }
        } catch (SocketException reset) {
            return;
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        peer.close();
    }
}
