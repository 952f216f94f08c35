package io.socketmaster.protocol.yamux;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** A session with an application that notes what it is told, and a peer that is made of bytes. */
final class SessionRig implements SessionEvents {
    static final YamuxLimits GENEROUS = new YamuxLimits(240, 8_192, 65_536, 256);

    final YamuxSession session;
    /** What the application was told, in order; consecutive data of one stream is one entry. */
    final List<String> told = new ArrayList<>();
    /** The streams that the peer opened, in order. */
    final List<Recorder> accepted = new ArrayList<>();
    /** What the application does with a stream that the peer opens. */
    Consumer<Recorder> onStream = stream -> {};
    /** Whether data is noted; its length is counted anyway. */
    boolean notesData = true;

    private final Map<String, Integer> dataEntry = new LinkedHashMap<>();

    SessionRig(YamuxSession.Role role) {
        this(role, GENEROUS);
    }

    SessionRig(YamuxSession.Role role, YamuxLimits limits) {
        session = new YamuxSession(role, limits, this);
    }

    SessionRig(YamuxSession.Role role, YamuxLimits limits, int nextId) {
        this(role, limits);
        session.skipTo(nextId);
    }

    void receive(byte[]... frames) {
        ByteBuf in = Unpooled.wrappedBuffer(frames);
        session.receive(in);
        in.release();
    }

    /** Everything that is to be written now, as hexadecimal frames: 24 digits of header, then the payload. */
    String written() {
        return written(Integer.MAX_VALUE);
    }

    String written(int maxBytes) {
        ByteBuf all = Unpooled.buffer();
        FrameBatch batch = new FrameBatch(ByteBufAllocator.DEFAULT, part -> {
            all.writeBytes(part);
            part.release();
        });
        session.produce(batch, maxBytes);
        batch.finish();
        String hex = ByteBufUtil.hexDump(all);
        all.release();
        return hex;
    }

    /** The same, a line per frame, payload as its length. */
    List<String> frames() {
        return frames(Integer.MAX_VALUE);
    }

    List<String> frames(int maxBytes) {
        String hex = written(maxBytes);
        List<String> frames = new ArrayList<>();
        for (int at = 0; at < hex.length(); at += 24) {
            int type = Integer.parseInt(hex.substring(at + 2, at + 4), 16);
            int flags = Integer.parseInt(hex.substring(at + 4, at + 8), 16);
            long id = Long.parseLong(hex.substring(at + 8, at + 16), 16);
            long length = Long.parseLong(hex.substring(at + 16, at + 24), 16);
            frames.add(List.of("DATA", "UPDATE", "PING", "GOAWAY").get(type)
                    + List.of("", " SYN", " ACK", "", " FIN", "", "", "", " RST")
                            .get(flags) + " " + id + " " + length);
            if (type == 0) {
                at += (int) (2 * length);
            }
        }
        return frames;
    }

    Recorder open() {
        Recorder recorder = new Recorder("ours");
        recorder.stream = session.open(recorder);
        return recorder;
    }

    /** Opens a stream and writes its SYN. */
    Recorder opened() {
        Recorder recorder = open();
        written();
        return recorder;
    }

    void tell(String what) {
        dataEntry.clear();
        told.add(what);
    }

    @Override
    public StreamEvents onStream(YamuxStream stream) {
        Recorder recorder = new Recorder("peer's " + Integer.toUnsignedString(stream.id));
        recorder.stream = stream;
        accepted.add(recorder);
        tell(recorder.name + " opened");
        onStream.accept(recorder);
        return recorder;
    }

    @Override
    public void onPong(int value) {
        tell("pong " + value);
    }

    @Override
    public void onGoAway() {
        tell("goAway");
    }

    @Override
    public void onFailed(String reason) {
        tell("failed: " + reason);
    }

    /** A stream's application: notes everything, releases the data, consumes nothing by itself. */
    final class Recorder implements StreamEvents {
        final String name;
        YamuxStream stream;
        int received;
        int sent;
        Consumer<String> then = what -> {};

        Recorder(String name) {
            this.name = name;
        }

        void send(int length) {
            stream.send(Unpooled.wrappedBuffer(new byte[length]));
        }

        private void note(String what) {
            tell(name + " " + what);
            then.accept(what);
        }

        @Override
        public void onEstablished() {
            note("established");
        }

        @Override
        public void onData(ByteBuf data) {
            received += data.readableBytes();
            String hex = notesData ? ByteBufUtil.hexDump(data) : "";
            data.release();
            Integer at = dataEntry.get(name);
            if (at != null) {
                told.set(at, told.get(at) + hex);
            } else {
                tell(name + " data " + hex);
                dataEntry.put(name, told.size() - 1);
            }
            then.accept("data");
        }

        @Override
        public void onSent(int bytes) {
            sent += bytes;
            then.accept("sent");
        }

        @Override
        public void onFinished() {
            note("finished");
        }

        @Override
        public void onBroken(StreamEnd end, boolean established) {
            note("broken " + end + (established ? " established" : ""));
        }
    }
}
