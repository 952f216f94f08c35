package io.socketmaster.protocol.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two sessions joined by a pipe that loses nothing and cuts anywhere, with applications that do anything that is allowed:
 * every byte arrives in order, and the sessions never find fault with each other.
 */
class YamuxSimulationTest {
    private static final int STEPS = 20_000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void twoSessionsUnderstandEachOtherWhateverTheirApplicationsDo(long seed) {
        Random random = new Random(seed);
        World world = new World(random);
        for (int step = 0; step < STEPS; step++) {
            (random.nextBoolean() ? world.client : world.server).act();
            if (random.nextInt(3) == 0) {
                world.client.transmit(random.nextInt(100_000));
                world.server.transmit(random.nextInt(100_000));
            }
        }
        world.drain();

        assertThat(world.client.failure).isNull();
        assertThat(world.server.failure).isNull();
        assertThat(world.client.session.streamCount()).isZero();
        assertThat(world.server.session.streamCount()).isZero();
        assertThat(world.delivered).isGreaterThan(1_000_000);
        assertThat(world.resets).isGreaterThan(10);
        assertThat(world.client.session.hasOutput() || world.server.session.hasOutput())
                .isFalse();
    }

    private static final class World {
        final Random random;
        final Side client;
        final Side server;
        long delivered;
        int resets;

        World(Random random) {
            this.random = random;
            client = new Side(this, Role.CLIENT);
            server = new Side(this, Role.SERVER);
            client.other = server;
            server.other = client;
        }

        void drain() {
            for (int round = 0; round < 10_000; round++) {
                client.finishAll();
                server.finishAll();
                client.transmit(Integer.MAX_VALUE);
                server.transmit(Integer.MAX_VALUE);
                if (client.idle() && server.idle()) {
                    return;
                }
            }
        }
    }

    private static final class Side implements SessionEvents {
        final World world;
        final YamuxSession session;
        final List<End> ends = new ArrayList<>();
        Side other;
        String failure;

        Side(World world, Role role) {
            this.world = world;
            this.session = new YamuxSession(role, new YamuxLimits(20, 100, 200, 20), this);
        }

        void act() {
            Random random = world.random;
            ends.removeIf(end -> end.over || end.stream.isEnded());
            if (ends.size() < 60 && random.nextInt(8) == 0) {
                End end = new End(this, /* accepted= */ true);
                end.stream = session.open(end);
                ends.add(end);
            }
            if (random.nextInt(200) == 0) {
                session.ping(random.nextInt());
            }
            if (random.nextInt(100) == 0) {
                session.tick();
            }
            if (!ends.isEmpty()) {
                ends.get(random.nextInt(ends.size())).act();
            }
        }

        void finishAll() {
            for (End end : ends) {
                if (!end.accepted) {
                    end.accept();
                }
                end.readEverything();
                end.stream.finish();
            }
        }

        boolean idle() {
            return session.streamCount() == 0 && !session.hasOutput();
        }

        /** Moves about this many bytes to the other side, in pieces of any size. */
        void transmit(int bytes) {
            ByteBuf wire = Unpooled.buffer();
            FrameBatch batch = new FrameBatch(ByteBufAllocator.DEFAULT, part -> {
                wire.writeBytes(part);
                part.release();
            });
            session.produce(batch, bytes);
            batch.finish();
            while (wire.isReadable()) {
                int length = Math.min(wire.readableBytes(), 1 + world.random.nextInt(30_000));
                other.session.receive(wire.readSlice(length));
            }
            wire.release();
        }

        @Override
        public StreamEvents onStream(YamuxStream stream) {
            End end = new End(this, /* accepted= */ false);
            end.stream = stream;
            ends.add(end);
            return end;
        }

        @Override
        public void onPong(int value) {}

        @Override
        public void onGoAway() {
            failure = "GoAway that nobody sent";
        }

        @Override
        public void onFailed(String reason) {
            failure = reason;
        }
    }

    private static final class End implements StreamEvents {
        private static final int MOST_UNSENT = 400_000;

        final Side side;
        YamuxStream stream;
        boolean accepted;
        boolean over;
        boolean finishReceived;
        int written;
        int underWay;
        int read;
        int unconsumed;

        End(Side side, boolean accepted) {
            this.side = side;
            this.accepted = accepted;
        }

        void act() {
            Random random = side.world.random;
            switch (random.nextInt(12)) {
                case 0, 1, 2, 3 -> write(1 + random.nextInt(random.nextInt(5) == 0 ? 200_000 : 3_000));
                case 4, 5, 6 -> accept();
                case 7, 8, 9 -> readEverything();
                case 10 -> {
                    if (random.nextInt(3) == 0) {
                        stream.finish();
                    }
                }
                default -> {
                    if (random.nextInt(10) == 0) {
                        side.world.resets++;
                        over = true;
                        stream.reset();
                    }
                }
            }
        }

        void accept() {
            if (!accepted) {
                accepted = true;
                stream.accept();
            }
        }

        /** The content of a stream is its position, so that order and loss are seen at once. */
        void write(int length) {
            if (!accepted || underWay > MOST_UNSENT || stream.finishing || !stream.state.canSend()) {
                return;
            }
            ByteBuf data = Unpooled.buffer(length);
            for (int i = 0; i < length; i++) {
                data.writeByte(written++);
            }
            underWay += length;
            stream.send(data);
        }

        void readEverything() {
            stream.consume(unconsumed);
            unconsumed = 0;
        }

        @Override
        public void onEstablished() {}

        @Override
        public void onData(ByteBuf data) {
            assertThat(finishReceived).isFalse();
            assertThat(over).isFalse();
            unconsumed += data.readableBytes();
            side.world.delivered += data.readableBytes();
            assertThat(unconsumed).isLessThanOrEqualTo(ReceiveWindow.INITIAL_BYTES);
            while (data.isReadable()) {
                if (data.readByte() != (byte) read++) {
                    throw new AssertionError("byte " + read + " is out of order");
                }
            }
            data.release();
        }

        @Override
        public void onSent(int bytes) {
            underWay -= bytes;
            assertThat(underWay).isGreaterThanOrEqualTo(0);
        }

        @Override
        public void onFinished() {
            assertThat(finishReceived).isFalse();
            finishReceived = true;
        }

        @Override
        public void onBroken(StreamEnd end, boolean established) {
            assertThat(over).isFalse();
            over = true;
        }
    }
}
