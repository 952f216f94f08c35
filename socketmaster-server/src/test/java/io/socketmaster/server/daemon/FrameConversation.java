package io.socketmaster.server.daemon;

import io.netty.handler.codec.http2.Http2Flags;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.socketmaster.server.http.Http2Peer;
import io.socketmaster.server.relay.RawPeer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** A client that says exactly the frames of a test, and notes in short what it hears. One thread. */
final class FrameConversation implements AutoCloseable {
    /** RFC 9113 section 4.2: no longer frame may come, for nobody here asks for that. */
    private static final int MAX_FRAME = 16_384;

    private static final long LAST_PING = 0x6c61737470696e67L;

    private final Http2Peer peer;
    private final Socket socket;
    private final Map<Integer, List<String>> streams = new TreeMap<>();
    private final Set<Integer> ended = new HashSet<>();
    private final List<Long> pongs = new ArrayList<>();
    private int settingsAcks;
    private String goAway = "";

    FrameConversation(Socket socket) {
        this.socket = socket;
        this.peer = new Http2Peer(new RawPeer(socket));
    }

    /** Says the connection's beginning, with empty settings. */
    FrameConversation begin() {
        peer.preface().send(Http2FrameTypes.SETTINGS, 0, 0, new byte[0]);
        return this;
    }

    /** Sends what the daemon may refuse before its last byte; the answer tells. */
    void send(byte[] bytes, boolean byteByByte) throws IOException {
        try {
            if (!byteByByte) {
                socket.getOutputStream().write(bytes);
                return;
            }
            for (byte one : bytes) {
                socket.getOutputStream().write(one);
            }
        } catch (SocketException refused) {
            return;
        }
    }

    /** What came on each stream: statuses of heads, and the error of a reset. */
    Map<Integer, List<String>> streams() {
        return streams;
    }

    /** The payloads of PINGs that were answered. */
    List<Long> pongs() {
        return pongs;
    }

    int settingsAcks() {
        return settingsAcks;
    }

    boolean hasEnded(int stream) {
        return ended.contains(stream);
    }

    boolean hasHead(int stream) {
        return streams.containsKey(stream);
    }

    /** Reads frames until it is so. */
    void readUntil(BooleanSupplier satisfied) {
        while (!satisfied.getAsBoolean()) {
            try {
                note(peer.next());
            } catch (AssertionError e) {
                throw new AssertionError("heard so far: " + streams + " " + goAway, e);
            }
            if (!goAway.isEmpty()) {
                throw new AssertionError("the connection is lost by " + goAway + ", with " + streams);
            }
        }
    }

    /** Reads what is on its way. */
    void readRest() throws IOException {
        byte[] ping = java.nio.ByteBuffer.allocate(8).putLong(LAST_PING).array();
        send(Http2Peer.frame(Http2FrameTypes.PING, 0, 0, ping), false);
        readUntil(() -> pongs.remove(LAST_PING));
    }

    /** Reads to the GOAWAY, and to the end of the connection behind it; the error's name. */
    String readGoAway() {
        while (goAway.isEmpty()) {
            try {
                note(peer.next());
            } catch (AssertionError e) {
                throw new AssertionError("no GOAWAY came, but " + streams, e);
            }
        }
        readEnd();
        return goAway;
    }

    /** Reads to the end of the connection, whatever comes. */
    void readEnd() {
        peer.awaitEnd();
    }

    private void note(Http2Peer.Frame frame) {
        if (frame.payload().length > MAX_FRAME) {
            throw new AssertionError("a frame of " + frame.payload().length + " bytes");
        }
        boolean ack = (frame.flags() & Http2Flags.ACK) != 0;
        switch (frame.type()) {
            case Http2FrameTypes.HEADERS -> {
                // Trailers have none.
                if (frame.headers().status() != null) {
                    noteOn(frame.stream(), frame.status());
                }
            }
            case Http2FrameTypes.RST_STREAM -> {
                noteOn(frame.stream(), frame.error().name());
                ended.add(frame.stream());
            }
            case Http2FrameTypes.SETTINGS -> settingsAcks += ack ? 1 : 0;
            case Http2FrameTypes.PING -> {
                if (ack) {
                    pongs.add(java.nio.ByteBuffer.wrap(frame.payload()).getLong());
                }
            }
            case Http2FrameTypes.GO_AWAY -> goAway = frame.error().name();
            default -> {
                // Bodies and windows are not looked at here.
            }
        }
        if ((frame.type() == Http2FrameTypes.HEADERS || frame.type() == Http2FrameTypes.DATA) && frame.ends()) {
            ended.add(frame.stream());
        }
    }

    private void noteOn(int stream, String what) {
        streams.computeIfAbsent(stream, fresh -> new ArrayList<>()).add(what);
    }

    @Override
    public void close() {
        peer.close();
    }
}
