package io.socketmaster.protocol.yamux;

import static io.socketmaster.protocol.yamux.Wire.ACK;
import static io.socketmaster.protocol.yamux.Wire.FIN;
import static io.socketmaster.protocol.yamux.Wire.RST;
import static io.socketmaster.protocol.yamux.Wire.SYN;
import static io.socketmaster.protocol.yamux.Wire.data;
import static io.socketmaster.protocol.yamux.Wire.goAway;
import static io.socketmaster.protocol.yamux.Wire.hex;
import static io.socketmaster.protocol.yamux.Wire.ping;
import static io.socketmaster.protocol.yamux.Wire.update;
import static io.socketmaster.protocol.yamux.Wire.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The bytes of each frame, both ways, literally. */
class YamuxGoldenBytesTest {
    private final SessionRig client = new SessionRig(Role.CLIENT);
    private final SessionRig server = new SessionRig(Role.SERVER);

    @Test
    void clientOpensWithAWindowUpdateThatCarriesSynThenPlainData() {
        var stream = client.open();
        stream.stream.send(Unpooled.wrappedBuffer(new byte[] {0x68, 0x69}));

        assertThat(client.written()).isEqualTo("000100010000000100000000" + "000000000000000100000002" + "6869");
    }

    @Test
    void serverOpensWithEvenIds() {
        server.open();
        server.open();

        assertThat(server.written()).isEqualTo("000100010000000200000000" + "000100010000000400000000");
    }

    @Test
    void acceptorAcknowledgesOnceWhenTheApplicationTakesTheStream() {
        server.receive(hex("00 01 0001 00000001 00000000"), hex("00 00 0000 00000001 00000002 6869"));
        assertThat(server.told).containsExactly("peer's 1 opened", "peer's 1 data 6869");
        assertThat(server.written()).isEmpty();

        server.accepted.get(0).stream.accept();
        server.accepted.get(0).stream.send(Unpooled.wrappedBuffer(new byte[] {0x6f}));

        assertThat(server.written()).isEqualTo("000100020000000100000000" + "000000000000000100000001" + "6f");
        assertThat(server.written()).isEmpty();
    }

    @Test
    void openerNeverSetsAck() {
        var stream = client.opened();
        client.receive(update(ACK, 1, 0), zeros(0, 1, 200_000));
        stream.stream.consume(200_000);
        stream.send(1);
        stream.stream.finish();

        assertThat(client.frames()).containsExactly("UPDATE 1 200000", "DATA 1 1", "UPDATE FIN 1 0");
    }

    @Test
    void finGoesOutOnceAndBehindTheData() {
        var stream = client.open();
        stream.send(1);
        stream.stream.finish();
        stream.stream.finish();
        stream.send(1);

        assertThat(client.written())
                .isEqualTo("000100010000000100000000" + "000000000000000100000001" + "00" + "000100040000000100000000");
        stream.stream.finish();
        assertThat(client.written()).isEmpty();
    }

    @Test
    void resetIsAWindowUpdateOfLengthZero() {
        client.opened().stream.reset();

        assertThat(client.written()).isEqualTo("000100080000000100000000");
    }

    @Test
    void noFinFollowsAReset() {
        var stream = client.opened();
        stream.send(5);
        stream.stream.reset();
        stream.stream.finish();
        stream.stream.abandon(0);
        stream.stream.reset();

        assertThat(client.frames()).containsExactly("UPDATE RST 1 0");
    }

    @Test
    void acknowledgedStreamThatIsResetAtOnceSaysBothSinceResetAloneWouldProveThatNobodySawIt() {
        server.receive(update(SYN, 1, 0));
        server.accepted.get(0).stream.accept();
        server.accepted.get(0).stream.reset();

        assertThat(server.written()).isEqualTo("000100020000000100000000" + "000100080000000100000000");
    }

    @Test
    void refusedStreamIsResetWithoutAck() {
        server.onStream = stream -> stream.stream.reset();
        server.receive(update(SYN, 1, 0));

        assertThat(server.written()).isEqualTo("000100080000000100000000");
    }

    @Test
    void creditIsAPlainWindowUpdate() {
        var stream = client.opened();
        client.receive(zeros(0, 1, 131_072));
        stream.stream.consume(131_072);

        assertThat(client.written()).isEqualTo("000100000000000100020000");
    }

    @Test
    void pingIsAnsweredWithAckAndTheSameValue() {
        client.receive(hex("00 02 0001 00000000 deadbeef"));
        assertThat(client.written()).isEqualTo("0002000200000000deadbeef");

        server.receive(hex("00 02 0001 00000007 00000001"));
        assertThat(server.written()).isEqualTo("000200020000000000000001");
    }

    @Test
    void ourPingCarriesSynAndItsAnswerIsTold() {
        client.session.ping(0x01020304);
        assertThat(client.written()).isEqualTo("000200010000000001020304");

        client.receive(hex("00 02 0002 00000000 01020304"));
        assertThat(client.told).containsExactly("pong 16909060");
    }

    @Test
    void onePingIsOutstandingAtMost() {
        client.session.ping(1);
        client.session.ping(2);
        client.written();
        client.session.ping(3);
        assertThat(client.written()).isEmpty();

        client.receive(ping(ACK, 7), ping(ACK, 1), ping(ACK, 1));
        client.session.ping(4);

        assertThat(client.told).containsExactly("pong 1");
        assertThat(client.frames()).containsExactly("PING SYN 0 4");
    }

    @Test
    void goAwayCarriesItsCode() {
        client.session.goAway();
        client.session.goAway();
        assertThat(client.written()).isEqualTo("000300000000000000000000");

        server.receive(hex("01 00 0000 00000001 00000000"));
        assertThat(server.written()).isEqualTo("000300000000000000000001");
    }

    @Test
    void flagsAreReadAsASet() {
        server.receive(data(SYN | FIN, 1, (byte) 5), zeros(SYN, 3, 0), update(SYN | RST, 5, 9), zeros(SYN | RST, 7, 0));

        assertThat(server.told)
                .containsExactly(
                        "peer's 1 opened",
                        "peer's 1 data 05",
                        "peer's 1 finished",
                        "peer's 3 opened",
                        "peer's 5 opened",
                        "peer's 5 broken RESET established",
                        "peer's 7 opened",
                        "peer's 7 broken RESET established");
    }

    @Test
    void everyCutOfTheInputLeadsToTheSameDecisions() {
        byte[] fromServer = Wire.join(
                update(ACK, 1, 0),
                data(0, 1, (byte) 1, (byte) 2, (byte) 3),
                ping(SYN, 9),
                update(SYN, 2, 17),
                data(FIN, 1, (byte) 4, (byte) 5),
                data(0, 2, (byte) 6),
                data(RST, 3, (byte) 7, (byte) 8),
                update(RST, 5, 1),
                data(0, 5, (byte) 1),
                data(0, 99, (byte) 1, (byte) 1),
                ping(ACK, 1),
                goAway(0),
                data(0, 2, (byte) 1, (byte) 2),
                update(FIN, 2, 0),
                zeros(0, 7, 262_144 - 262_100),
                goAway(2),
                data(0, 7, (byte) 1));
        List<String> whole = decisions(fromServer, new int[0]);
        assertThat(whole).hasSizeGreaterThan(12);

        for (int cut = 0; cut < fromServer.length; cut++) {
            assertThat(decisions(fromServer, new int[] {cut})).isEqualTo(whole);
        }
        Random random = new Random(1);
        for (int round = 0; round < 2_000; round++) {
            int[] cuts = random.ints(random.nextInt(20), 0, fromServer.length)
                    .sorted()
                    .toArray();
            assertThat(decisions(fromServer, cuts)).isEqualTo(whole);
        }
        assertThat(decisions(
                        fromServer,
                        java.util.stream.IntStream.range(0, fromServer.length).toArray()))
                .isEqualTo(whole);
    }

    private static List<String> decisions(byte[] input, int[] cuts) {
        SessionRig rig = new SessionRig(Role.CLIENT);
        for (int i = 0; i < 5; i++) {
            rig.open();
        }
        rig.session.ping(1);
        rig.written();
        int at = 0;
        for (int cut : cuts) {
            rig.receive(Arrays.copyOfRange(input, at, cut));
            at = cut;
        }
        rig.receive(Arrays.copyOfRange(input, at, input.length));
        rig.told.add(rig.written());
        return rig.told;
    }
}
