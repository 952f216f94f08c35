package io.socketmaster.protocol.yamux;

import static io.socketmaster.protocol.yamux.Wire.ACK;
import static io.socketmaster.protocol.yamux.Wire.FIN;
import static io.socketmaster.protocol.yamux.Wire.RST;
import static io.socketmaster.protocol.yamux.Wire.SYN;
import static io.socketmaster.protocol.yamux.Wire.data;
import static io.socketmaster.protocol.yamux.Wire.goAway;
import static io.socketmaster.protocol.yamux.Wire.update;
import static io.socketmaster.protocol.yamux.Wire.zeros;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session decides: protocol.md, "yamux, exactly". */
class YamuxSessionTest {
    private final SessionRig client = new SessionRig(Role.CLIENT);
    private final SessionRig server = new SessionRig(Role.SERVER);

    // ---- opening

    @Test
    void anyFrameEstablishesAStream() {
        for (int i = 0; i < 4; i++) {
            client.opened();
        }
        client.receive(update(ACK, 1, 0), data(0, 3, (byte) 1), update(0, 5, 10), update(FIN, 7, 0));

        assertThat(client.told)
                .containsExactly(
                        "ours established",
                        "ours established",
                        "ours data 01",
                        "ours established",
                        "ours established",
                        "ours finished");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void resetBeforeAnythingElseProvesThatNobodySawTheStream(int type) {
        client.opened();
        client.receive(Wire.frame(type, RST, 1, 0));

        assertThat(client.told).containsExactly("ours broken RESET");
    }

    @Test
    void resetAfterSomethingCameInProvesNothing() {
        client.opened();
        client.receive(update(ACK, 1, 0), update(RST, 1, 5));

        assertThat(client.told).containsExactly("ours established", "ours broken RESET established");
    }

    @Test
    void streamsBeyondTheUnestablishedLimitWaitAndAreOpenedAsFramesComeIn() {
        for (int i = 0; i < 300; i++) {
            client.open();
        }
        assertThat(client.frames()).hasSize(240).contains("UPDATE SYN 479 0").allMatch(f -> f.contains("SYN"));

        client.receive(update(ACK, 1, 0));
        client.receive(data(0, 3, (byte) 1));
        client.receive(update(RST, 5, 0));

        assertThat(client.frames()).containsExactly("UPDATE SYN 481 0", "UPDATE SYN 483 0", "UPDATE SYN 485 0");
    }

    @Test
    void streamThatWaitsKeepsItsDataAndItsEnd() {
        SessionRig narrow = new SessionRig(Role.CLIENT, new YamuxLimits(1, 8, 1, 1));
        narrow.open();
        var waiting = narrow.open();
        waiting.send(3);
        waiting.stream.finish();
        assertThat(narrow.frames()).containsExactly("UPDATE SYN 1 0");

        narrow.receive(update(ACK, 1, 0));

        assertThat(narrow.frames()).containsExactly("UPDATE SYN 3 0", "DATA 3 3", "UPDATE FIN 3 0");
    }

    @Test
    void streamThatIsResetWhileItWaitsIsNeverSent() {
        SessionRig narrow = new SessionRig(Role.CLIENT, new YamuxLimits(1, 8, 1, 1));
        narrow.open();
        var waiting = narrow.open();
        waiting.send(3);
        narrow.written();
        waiting.stream.reset();
        narrow.receive(update(ACK, 1, 0));

        assertThat(narrow.written()).isEmpty();
        assertThat(narrow.session.streamCount()).isEqualTo(1);
    }

    @Test
    void opensBeyondTheWaitingLimitAreRefusedAtOnce() {
        SessionRig narrow = new SessionRig(Role.CLIENT, new YamuxLimits(1, 2, 1, 1));
        narrow.opened();
        narrow.open();
        narrow.open();
        narrow.open();

        assertThat(narrow.told).containsExactly("ours broken NEVER_SENT");
    }

    @Test
    void backlogHolds256StreamsAndTheNextIsResetWhichIsNoFaultOfThePeer() {
        IntStream.range(0, 300).forEach(i -> server.receive(update(SYN, 2 * i + 1, 0)));

        List<String> frames = server.frames();
        assertThat(frames).hasSize(44).first().isEqualTo("UPDATE RST 513 0");
        assertThat(frames).last().isEqualTo("UPDATE RST 599 0");

        server.accepted.get(0).stream.accept();
        server.receive(update(SYN, 601, 0));
        assertThat(server.frames()).containsExactly("UPDATE ACK 1 0");
        IntStream.range(400, 4_000).forEach(i -> {
            server.receive(update(SYN, 2 * i + 1, 0));
            server.written();
        });
        assertThat(server.session.isClosing()).isFalse();
    }

    @Test
    void dataOfARefusedStreamIsExcused() {
        SessionRig daemon = new SessionRig(Role.CLIENT, YamuxLimits.DAEMON);
        daemon.receive(update(SYN, 2, 0), update(SYN, 4, 0));
        for (int i = 0; i < 16; i++) {
            daemon.receive(zeros(0, 4, 16_384));
        }
        daemon.receive(update(FIN, 4, 0));

        assertThat(daemon.told).containsExactly("peer's 2 opened");
        assertThat(daemon.frames()).containsExactly("UPDATE RST 4 0");
    }

    @Test
    void acceptingTwiceOrAcceptingOursIsAnErrorOfOurs() {
        server.receive(update(SYN, 1, 0));
        YamuxStream stream = server.accepted.get(0).stream;
        stream.accept();

        assertThatThrownBy(stream::accept).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(client.open().stream::accept).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void idsWrapAround() {
        SessionRig odd = new SessionRig(Role.CLIENT, SessionRig.GENEROUS, -3);
        SessionRig even = new SessionRig(Role.SERVER, SessionRig.GENEROUS, -2);
        for (int i = 0; i < 3; i++) {
            odd.open();
            even.open();
        }

        assertThat(odd.frames())
                .containsExactly("UPDATE SYN 4294967293 0", "UPDATE SYN 4294967295 0", "UPDATE SYN 1 0");
        assertThat(even.frames()).containsExactly("UPDATE SYN 4294967294 0", "UPDATE SYN 2 0", "UPDATE SYN 4 0");
    }

    @Test
    void idInUseIsSkippedAfterTheWrap() {
        StreamTable table = new StreamTable(1, SessionRig.GENEROUS);
        YamuxStream[] streams = new YamuxStream[3];
        for (int i = 0; i < streams.length; i++) {
            streams[i] = client.open().stream;
        }
        table.addOurs(streams[0]);
        table.skipTo(-1);
        table.addOurs(streams[1]);
        table.addOurs(streams[2]);

        assertThat(streams).extracting(stream -> stream.id).containsExactly(1, -1, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 7, -1})
    void idsThatThePeerMayNotUseEndTheSession(int id) {
        client.receive(update(SYN, id, 0));

        assertThat(client.told).singleElement().asString().contains("may not use");
        assertThat(client.frames()).containsExactly("GOAWAY 0 1");
    }

    @Test
    void synTwiceEndsTheSession() {
        server.receive(update(SYN, 1, 0), update(SYN, 1, 0));

        assertThat(server.told).last().asString().contains("opened twice");
        assertThat(server.told).contains("peer's 1 broken SESSION_LOST established");
        assertThat(server.frames()).containsExactly("GOAWAY 0 1");
    }

    @Test
    void idMayBeUsedAgainAfterItsStreamEnded() {
        for (int i = 0; i < 3; i++) {
            server.receive(update(SYN, 1, 0), update(RST, 1, 0));
        }
        server.receive(update(SYN, 1, 0), zeros(0, 1, 262_144));

        assertThat(server.accepted)
                .hasSize(4)
                .last()
                .extracting(r -> r.received)
                .isEqualTo(262_144);
    }

    // ---- windows

    @Test
    void wholeWindowMayBeUsedAtOnceAndCreditFollowsConsumptionInHalves() {
        var stream = client.opened();
        client.receive(zeros(0, 1, 262_144));
        assertThat(client.written()).isEmpty();

        stream.stream.consume(131_071);
        assertThat(client.written()).isEmpty();
        stream.stream.consume(1);
        assertThat(client.frames()).containsExactly("UPDATE 1 131072");

        client.receive(zeros(0, 1, 131_072));
        assertThat(client.session.isClosing()).isFalse();
        client.receive(data(0, 1, (byte) 1));
        assertThat(client.told).last().asString().contains("window allowed 0");
        assertThat(client.frames()).containsExactly("GOAWAY 0 1");
    }

    @Test
    void overrunIsNoticedAtTheHeaderBeforeAnyPayload() {
        server.receive(Wire.frame(0, SYN, 1, 262_145));

        assertThat(server.told).last().asString().contains("262145 bytes where its window allowed 262144");
        assertThat(server.frames()).containsExactly("GOAWAY 0 1");
    }

    @Test
    void sendingStopsAtTheWindowAndGoesOnWithCredit() {
        var stream = client.opened();
        stream.send(300_000);
        assertThat(client.frames()).containsExactly("DATA 1 65536", "DATA 1 65536", "DATA 1 65536", "DATA 1 65536");
        assertThat(client.session.hasOutput()).isFalse();

        client.receive(update(0, 1, 30_000));
        stream.stream.finish();
        assertThat(client.frames()).containsExactly("DATA 1 30000");
        client.receive(update(0, 1, 30_000));
        assertThat(client.frames()).containsExactly("DATA 1 7856", "UPDATE FIN 1 0");
        assertThat(stream.sent).isEqualTo(300_000);
    }

    @Test
    void openingFrameMayBringMoreWindow() {
        server.receive(update(SYN, 1, 1_000_000));
        server.accepted.get(0).stream.accept();
        server.accepted.get(0).send(1_262_144);
        server.frames();

        assertThat(server.accepted.get(0).sent).isEqualTo(1_262_144);
    }

    @Test
    void windowPast32BitsIsAViolation() {
        client.opened();
        client.receive(update(0, 1, 0xffff_ffffL - 262_144));
        assertThat(client.session.isClosing()).isFalse();
        client.receive(update(0, 1, 1));

        assertThat(client.told).last().asString().contains("2^32-1");
    }

    // ---- ending

    @Test
    void streamEndsWhenBothSidesFinished() {
        var stream = client.opened();
        stream.stream.finish();
        assertThat(client.frames()).containsExactly("UPDATE FIN 1 0");
        assertThat(stream.stream.isEnded()).isFalse();

        client.receive(data(FIN, 1, (byte) 1));

        assertThat(stream.stream.isEnded()).isTrue();
        assertThat(client.session.streamCount()).isZero();
        assertThat(client.told).containsExactly("ours established", "ours data 01", "ours finished");
    }

    @Test
    void halfClosedStreamStillSends() {
        var stream = client.opened();
        client.receive(update(FIN, 1, 0));
        stream.send(5);
        stream.stream.finish();

        assertThat(client.frames()).containsExactly("DATA 1 5", "UPDATE FIN 1 0");
        assertThat(client.session.streamCount()).isZero();
    }

    @Test
    void secondFinAndDataAfterFinAreBorneAndDropped() {
        client.opened();
        client.receive(update(FIN, 1, 0), update(FIN, 1, 0), data(0, 1, (byte) 1), data(FIN, 1, (byte) 1));

        assertThat(client.told).containsExactly("ours established", "ours finished");
        assertThat(client.session.isClosing()).isFalse();
    }

    @Test
    void resetThatComesWithDataAfterFinStillCounts() {
        client.opened();
        client.receive(update(FIN, 1, 0), data(RST, 1, (byte) 1));

        assertThat(client.told).last().isEqualTo("ours broken RESET established");
    }

    @Test
    void abandonedStreamDropsWhatComesWithoutCreditAndIsResetWhenOverdue() {
        var stream = client.opened();
        stream.send(2);
        stream.stream.abandon(0, 100);
        client.receive(zeros(0, 1, 200_000));
        assertThat(client.frames()).containsExactly("DATA 1 2", "UPDATE FIN 1 0");
        assertThat(client.told).containsExactly("ours established");

        client.session.resetOverdue(50); // sees that FIN was written, and waits from then
        client.session.resetOverdue(149);
        assertThat(client.written()).isEmpty();
        client.session.resetOverdue(150);
        assertThat(client.frames()).containsExactly("UPDATE RST 1 0");
        assertThat(client.session.streamCount()).isZero();
    }

    @Test
    void abandonedStreamIsNotResetWhileThePeerTakesItsData() {
        var stream = client.opened();
        stream.send(300_000);
        stream.stream.abandon(0, 100);
        client.written();
        for (int now = 90; now < 900; now += 90) {
            client.receive(update(0, 1, 1_000));
            client.written();
            client.session.resetOverdue(now);
        }

        assertThat(stream.stream.isEnded()).isFalse();
        client.session.resetOverdue(1_000);
        assertThat(client.frames()).containsExactly("UPDATE RST 1 0");
    }

    @Test
    void abandonedStreamThatThePeerEndsIsForgotten() {
        var stream = client.opened();
        stream.stream.abandon(0, 100);
        client.written();
        client.receive(update(FIN, 1, 0));
        client.session.resetOverdue(100);

        assertThat(stream.stream.isEnded()).isTrue();
        assertThat(client.written()).isEmpty();
        assertThat(client.told).containsExactly("ours established");
    }

    @Test
    void lateFramesForAStreamThatWeResetAreExcusedUpToItsWindow() {
        var stream = client.opened();
        stream.stream.reset();
        client.written();
        for (int i = 0; i < 16; i++) {
            client.receive(zeros(0, 1, 16_384), update(0, 1, 4_096));
        }
        client.receive(update(RST, 1, 0), update(FIN, 1, 0), update(0, 1, 0));

        assertThat(client.told).isEmpty();
        assertThat(client.session.isClosing()).isFalse();
    }

    @Test
    void tenThousandStreamsResetAtOnceWithDataUnderWayForEachDoNotEndTheSession() {
        List<SessionRig.Recorder> all = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            all.add(client.opened());
            client.receive(update(ACK, 2 * i + 1, 0));
        }
        all.forEach(recorder -> recorder.stream.reset());
        client.written();
        for (int i = 0; i < 10_000; i++) {
            client.receive(zeros(0, 2 * i + 1, 1_000), update(FIN, 2 * i + 1, 0));
        }

        assertThat(client.session.isClosing()).isFalse();
    }

    // ---- the session's end

    @Test
    void goAwayEndsWhatWaitsAndLetsWhatRunsGoOn() {
        SessionRig narrow = new SessionRig(Role.CLIENT, new YamuxLimits(1, 8, 1, 1));
        var running = narrow.opened();
        narrow.open();
        narrow.receive(goAway(0), goAway(0));
        narrow.open();
        running.send(1);

        assertThat(narrow.told).containsExactly("ours broken NEVER_SENT", "goAway", "ours broken NEVER_SENT");
        assertThat(narrow.frames()).containsExactly("DATA 1 1");
        assertThat(narrow.session.isClosing()).isTrue();
    }

    @Test
    void afterOurGoAwayStreamsOfThePeerAreResetWhichProvesThatNobodySawThem() {
        server.receive(update(SYN, 1, 0));
        server.session.goAway();
        server.receive(update(SYN, 3, 0));
        server.accepted.get(0).stream.accept();

        assertThat(server.frames()).containsExactly("GOAWAY 0 0", "UPDATE ACK 1 0", "UPDATE RST 3 0");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 77, -1})
    void goAwayWithAnotherCodeLosesTheSession(int code) {
        SessionRig narrow = new SessionRig(Role.CLIENT, new YamuxLimits(1, 8, 1, 1));
        narrow.opened();
        narrow.open();
        narrow.receive(goAway(code), update(ACK, 1, 0));

        assertThat(narrow.told)
                .containsExactly(
                        "ours broken SESSION_LOST",
                        "ours broken NEVER_SENT",
                        "failed: peer ended the session with GoAway " + Integer.toUnsignedString(code));
        assertThat(narrow.written()).isEmpty();
    }

    @Test
    void lostSessionTellsEachStreamOnceAndReleasesWhatWasNotWritten() {
        var first = client.opened();
        var second = client.opened();
        first.send(1_000_000);
        first.then = what -> second.stream.reset();
        client.session.lose("end of file");
        client.session.lose("again");
        client.open();
        second.send(10);

        assertThat(client.told)
                .containsExactly("ours broken SESSION_LOST", "failed: end of file", "ours broken NEVER_SENT");
        assertThat(client.session.hasOutput()).isFalse();
    }

    @Test
    void sessionThatIsClosedFromWithinAnEventReadsNoFurther() {
        client.opened().then = what -> client.session.lose("the application had enough");
        client.receive(update(ACK, 1, 0), data(0, 1, (byte) 1), update(SYN, 2, 0));

        assertThat(client.told)
                .containsExactly(
                        "ours established",
                        "ours broken SESSION_LOST established",
                        "failed: the application had enough");
    }

    @Test
    void streamThatIsResetFromWithinAnEventHearsNoMore() {
        client.opened().then = what -> client.session.resetOverdue(0);
        var stream = client.opened();
        stream.then = what -> stream.stream.reset();
        client.receive(data(FIN, 3, (byte) 1));

        assertThat(client.told).containsExactly("ours established");
        assertThat(client.frames()).containsExactly("UPDATE RST 3 0");
    }

    @Test
    void unknownVersionOrTypeLosesTheSession() {
        client.receive(Wire.hex("53 00 0000 00000000 00000000"));
        server.receive(Wire.hex("00 04 0000 00000000 00000000"));

        assertThat(client.told).singleElement().asString().contains("frame version 83 instead of 0");
        assertThat(server.told).singleElement().asString().contains("unknown frame type 4");
    }

    // ---- order and fairness

    @Test
    void pongsPingsAndGoAwayGoAheadOfDataAndItsEnd() {
        var busy = client.opened();
        busy.send(1_000);
        busy.stream.finish();
        client.session.ping(5);
        client.session.goAway();
        client.receive(Wire.ping(SYN, 9));

        assertThat(client.frames())
                .containsExactly("PING ACK 0 9", "PING SYN 0 5", "GOAWAY 0 0", "DATA 1 1000", "UPDATE FIN 1 0");
    }

    @Test
    void everythingAtOnceGoesByUrgency() {
        var busy = client.opened();
        client.receive(zeros(0, 1, 200_000), Wire.ping(SYN, 8));
        busy.send(1_000);
        client.open();
        busy.stream.consume(200_000);

        assertThat(client.frames()).containsExactly("PING ACK 0 8", "UPDATE 1 200000", "UPDATE SYN 3 0", "DATA 1 1000");
    }

    @Test
    void severalStreamsTakeTurnsOf16KiBAndOneAloneGoesBy64KiB() {
        var first = client.opened();
        var second = client.opened();
        first.send(100_000);
        second.send(20_000);

        assertThat(client.frames())
                .containsExactly(
                        "DATA 1 16384", "DATA 3 16384", "DATA 1 16384", "DATA 3 3616", "DATA 1 65536", "DATA 1 1696");
    }

    @Test
    void severalStreamsThatAllHaveMuchTakeTurnsOf64KiB() {
        var first = client.opened();
        var second = client.opened();
        first.send(60_000);
        second.send(150_000);
        first.send(90_000);

        assertThat(client.frames(1)).containsExactly("DATA 1 65536");
        assertThat(client.frames(1)).containsExactly("DATA 3 65536");
        assertThat(client.frames(1)).containsExactly("DATA 1 65536");
    }

    @Test
    void aStreamWithLittleMakesTheTurnsShortUntilItHasHadItsOwn() {
        var first = client.opened();
        var second = client.opened();
        var little = client.opened();
        first.send(200_000);
        second.send(200_000);
        assertThat(client.frames(1)).containsExactly("DATA 1 65536");
        little.send(100);

        assertThat(client.frames(1)).containsExactly("DATA 3 16384");
        assertThat(client.frames(1)).containsExactly("DATA 1 16384");
        assertThat(client.frames(1)).containsExactly("DATA 5 100");
        assertThat(client.frames(1)).containsExactly("DATA 3 65536");
    }

    @Test
    void aStreamThatIsResetBeforeItsTurnDoesNotLeaveTheTurnsShort() {
        var first = client.opened();
        var second = client.opened();
        var little = client.opened();
        little.send(100);
        first.send(200_000);
        second.send(200_000);
        little.stream.reset();

        assertThat(client.frames(1)).containsExactly("UPDATE RST 5 0");
        assertThat(client.frames(1)).containsExactly("DATA 1 65536");
    }

    @Test
    void smallWritesShareAFrame() {
        var stream = client.opened();
        for (int i = 0; i < 100; i++) {
            stream.send(7);
        }

        assertThat(client.frames()).containsExactly("DATA 1 700");
    }

    @Test
    void batchStopsAtItsLimitAndUrgentFramesStillComeFirstInTheNext() {
        var stream = client.opened();
        stream.send(200_000);
        assertThat(client.frames(1)).containsExactly("DATA 1 65536");
        client.receive(Wire.ping(SYN, 1));

        assertThat(client.frames(100)).containsExactly("PING ACK 0 1", "DATA 1 65536");
        stream.stream.reset();
        client.written();
    }
}
