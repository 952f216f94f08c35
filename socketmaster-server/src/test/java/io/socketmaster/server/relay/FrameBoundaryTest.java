package io.socketmaster.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 6455 section 5.2: where a frame ends, however its bytes are cut up. */
class FrameBoundaryTest {
    private static final int TEXT = 0x81;
    private static final int CLOSE = 0x88;

    private static void writeFrame(ByteBuf out, int first, int length, boolean masked, int lengthForm) {
        out.writeByte(first);
        int mask = masked ? 0x80 : 0;
        if (lengthForm == 8) {
            out.writeByte(mask | 127).writeLong(length);
        } else if (lengthForm == 2) {
            out.writeByte(mask | 126).writeShort(length);
        } else {
            out.writeByte(mask | length);
        }
        if (masked) {
            out.writeInt(0x01020304);
        }
        // Payload that looks like headers of huge frames.
        for (int i = 0; i < length; i++) {
            out.writeByte(0xff);
        }
    }

    private static int formOf(int length) {
        if (length > 0xffff) {
            return 8;
        }
        return length > 125 ? 2 : 0;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_000})
    void aFrameEndsBehindItsLastByteAndNowhereBefore(int length) {
        for (boolean masked : new boolean[] {true, false}) {
            ByteBuf frame = Unpooled.buffer();
            writeFrame(frame, TEXT, length, masked, formOf(length));
            FrameBoundary boundary = new FrameBoundary();
            assertThat(boundary.isAtBoundary()).isTrue();
            int size = frame.readableBytes();
            for (int at = 0; at < size; at++) {
                int end = boundary.pass(frame.slice(at, 1));
                if ((at < size - 1) != (end == -1) || (at == size - 1) != boundary.isAtBoundary()) {
                    throw new AssertionError("byte " + at + " of " + size);
                }
            }
        }
    }

    @Test
    void theFirstOfSeveralEndsIsTold() {
        ByteBuf data = Unpooled.buffer();
        writeFrame(data, TEXT, 3, false, 0);
        writeFrame(data, TEXT, 4, false, 0);
        data.writeByte(TEXT);
        FrameBoundary boundary = new FrameBoundary();
        assertThat(boundary.pass(data)).isEqualTo(5);
        assertThat(boundary.isAtBoundary()).isFalse();
        assertThat(data.readerIndex()).isZero();
    }

    @Test
    void behindACloseFrameNoFrameMayFollow() {
        ByteBuf data = Unpooled.buffer();
        writeFrame(data, CLOSE, 2, false, 0);
        FrameBoundary boundary = new FrameBoundary();
        boundary.pass(data);
        assertThat(boundary.isClosed()).isTrue();
        assertThat(boundary.isAtBoundary()).isFalse();
    }

    @Test
    void aLengthThatCannotBeIsNoWebSocketAnyMore() {
        ByteBuf data = Unpooled.buffer().writeByte(TEXT).writeByte(127).writeLong(-1);
        FrameBoundary boundary = new FrameBoundary();
        assertThat(boundary.pass(data)).isEqualTo(-1);
        assertThat(boundary.pass(Unpooled.buffer().writeByte(TEXT).writeByte(0)))
                .isEqualTo(-1);
        assertThat(boundary.isAtBoundary()).isFalse();
        assertThat(boundary.isClosed()).isFalse();
    }

    /** Random frames in random pieces, against the ends that were written down when they were made. */
    @Test
    void howeverTheBytesAreCutTheEndsAreTheSame() {
        Random random = new Random(6455);
        for (int round = 0; round < 500; round++) {
            ByteBuf data = Unpooled.buffer();
            TreeSet<Integer> ends = new TreeSet<>();
            ends.add(0);
            for (int i = random.nextInt(12); i >= 0; i--) {
                int length = random.nextInt(4) == 0 ? random.nextInt(100_000) : random.nextInt(130);
                int form = Math.max(formOf(length), random.nextInt(3) == 0 ? 8 : 0);
                writeFrame(data, random.nextInt(8) | random.nextInt(2) << 7, length, random.nextBoolean(), form);
                ends.add(data.writerIndex());
            }
            FrameBoundary boundary = new FrameBoundary();
            for (int at = 0; at < data.writerIndex(); ) {
                int piece = Math.min(data.writerIndex() - at, random.nextInt(random.nextBoolean() ? 5 : 50_000));
                int end = boundary.pass(data.slice(at, piece));
                Integer next = ends.higher(at);
                assertThat(end).isEqualTo(next != null && next <= at + piece ? next - at : -1);
                at += piece;
                assertThat(boundary.isAtBoundary()).isEqualTo(ends.contains(at));
            }
        }
    }

    @Test
    void anyBytesAreFine() {
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            byte[] bytes = new byte[random.nextInt(300)];
            random.nextBytes(bytes);
            FrameBoundary whole = new FrameBoundary();
            whole.pass(Unpooled.wrappedBuffer(bytes));
            FrameBoundary single = new FrameBoundary();
            for (byte b : bytes) {
                single.pass(Unpooled.wrappedBuffer(new byte[] {b}));
            }
            assertThat(single.isAtBoundary()).isEqualTo(whole.isAtBoundary());
            assertThat(single.isClosed()).isEqualTo(whole.isClosed());
        }
    }

    @Test
    void ourCloseFrameIsAWholeFrameThatSays1012() {
        List<Integer> codes = new ArrayList<>();
        for (boolean masked : new boolean[] {true, false}) {
            ByteBuf frame = CloseFrame.serviceRestart(ByteBufAllocator.DEFAULT, masked);
            FrameBoundary boundary = new FrameBoundary();
            assertThat(boundary.pass(frame)).isEqualTo(frame.readableBytes());
            assertThat(boundary.isClosed()).isTrue();
            int mask = masked ? frame.getUnsignedShort(2) : 0;
            codes.add(frame.getUnsignedShort(frame.writerIndex() - 2) ^ mask);
            frame.release();
        }
        assertThat(codes).containsExactly(1012, 1012);
    }
}
