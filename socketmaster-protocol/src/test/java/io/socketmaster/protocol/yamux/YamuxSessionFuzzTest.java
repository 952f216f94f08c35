package io.socketmaster.protocol.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.util.ArrayList;
import java.util.List;

/** Bytes from a stranger, with the application's calls in between: decisions come out, and nothing else does. */
class YamuxSessionFuzzTest {
    private static final YamuxLimits LIMITS = new YamuxLimits(4, 8, 6, 3);

    @FuzzTest
    void bytesFromAStrangerLeadToDecisionsOnly(FuzzedDataProvider fuzz) {
        List<ByteBuf> all = new ArrayList<>();
        SessionRig rig = new SessionRig(fuzz.consumeBoolean() ? Role.CLIENT : Role.SERVER, LIMITS);
        List<SessionRig.Recorder> ours = new ArrayList<>();
        int consumed = 0;
        for (int step = 0; step < 200 && fuzz.remainingBytes() > 0; step++) {
            switch (fuzz.consumeInt(0, 9)) {
                case 0, 1, 2 -> rig.receive(fuzz.consumeBytes(fuzz.consumeInt(0, 64)));
                case 3, 4 ->
                    rig.receive(Wire.frame(
                            fuzz.consumeInt(0, 3),
                            fuzz.consumeInt(0, 15),
                            fuzz.consumeInt(0, 12),
                            fuzz.consumeBoolean() ? fuzz.consumeInt(0, 40) : fuzz.consumeLong(0, 0xffff_ffffL)));
                case 5 -> ours.add(rig.open());
                case 6 -> act(fuzz, fuzz.consumeBoolean() ? ours : rig.accepted, all);
                case 7 -> drain(rig, fuzz.consumeInt(0, 100_000));
                case 8 -> {
                    rig.session.tick();
                    rig.session.resetOverdue(fuzz.consumeLong());
                }
                default -> {
                    switch (fuzz.consumeInt(0, 15)) {
                        case 0 -> rig.session.goAway();
                        case 1 -> rig.session.lose("the application says so");
                        default -> rig.session.ping(fuzz.consumeInt());
                    }
                }
            }
            assertThat(rig.session.streamCount()).isLessThanOrEqualTo(4 + 8 + 6 + ours.size());
            consumed++;
        }
        rig.session.lose("the end");
        assertThat(rig.session.streamCount()).isZero();
        drain(rig, Integer.MAX_VALUE);
        assertThat(rig.session.hasOutput()).isFalse();
        assertThat(all).allMatch(data -> data.refCnt() == 0);
        assertThat(consumed).isLessThanOrEqualTo(200);
    }

    private static void act(FuzzedDataProvider fuzz, List<SessionRig.Recorder> streams, List<ByteBuf> all) {
        if (streams.isEmpty()) {
            return;
        }
        SessionRig.Recorder recorder = streams.get(fuzz.consumeInt(0, streams.size() - 1));
        YamuxStream stream = recorder.stream;
        switch (fuzz.consumeInt(0, 5)) {
            case 0 -> {
                ByteBuf data = Unpooled.buffer().writeZero(fuzz.consumeInt(0, 300_000));
                all.add(data);
                stream.send(data);
            }
            case 1 -> stream.finish();
            case 2 -> stream.reset();
            case 3 -> stream.abandon(fuzz.consumeLong(), fuzz.consumeInt(0, 1_000_000));
            case 4 -> {
                stream.consume(recorder.received);
                recorder.received = 0;
            }
            default -> {
                if (!stream.ours && stream.opening == YamuxStream.Opening.PENDING) {
                    stream.accept();
                }
            }
        }
    }

    private static void drain(SessionRig rig, int bytes) {
        FrameBatch batch = new FrameBatch(ByteBufAllocator.DEFAULT, ByteBuf::release);
        rig.session.produce(batch, bytes);
        batch.finish();
    }
}
