package io.socketmaster.protocol.yamux;

import static io.socketmaster.protocol.yamux.Wire.ACK;
import static io.socketmaster.protocol.yamux.Wire.FIN;
import static io.socketmaster.protocol.yamux.Wire.RST;
import static io.socketmaster.protocol.yamux.Wire.SYN;
import static io.socketmaster.protocol.yamux.Wire.data;
import static io.socketmaster.protocol.yamux.Wire.ping;
import static io.socketmaster.protocol.yamux.Wire.repeat;
import static io.socketmaster.protocol.yamux.Wire.update;
import static io.socketmaster.protocol.yamux.Wire.zeros;
import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.yamux.YamuxSession.Role;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hostile service costs: little, and then its session. */
class YamuxAbuseTest {
    private final SessionRig daemon = new SessionRig(Role.CLIENT, YamuxLimits.DAEMON);

    static Stream<Arguments> frameWithoutPurpose() {
        return Stream.of(
                Arguments.of("an empty data frame", zeros(0, 1, 0)),
                Arguments.of("an empty window update", update(0, 1, 0)),
                Arguments.of("data for an unknown stream", data(0, 77, (byte) 1)),
                Arguments.of("a window update for an unknown stream", update(0, 78, 5)),
                Arguments.of("a reset of an unknown stream", update(RST, 79, 0)),
                Arguments.of("a FIN of an unknown stream", update(FIN, 79, 0)),
                Arguments.of("data for the session itself", data(0, 0, (byte) 1)),
                Arguments.of("a ping", ping(SYN, 3)),
                Arguments.of("an answer to no ping", ping(ACK, 3)),
                Arguments.of("a ping without flags", ping(0, 3)),
                Arguments.of("a GoAway", Wire.goAway(0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("frameWithoutPurpose")
    void floodEndsTheSessionAndSingleOnesAreForgiven(String name, byte[] frame) {
        var stream = daemon.opened();
        for (int second = 0; second < 100; second += 5) {
            for (int i = 0; i < 500; i++) {
                daemon.receive(frame);
                daemon.written();
            }
            daemon.session.tick();
        }
        assertThat(stream.stream.isEnded()).isFalse();

        daemon.receive(repeat(frame, 2_000));

        assertThat(daemon.told).last().asString().contains("more than 1000 frames without a purpose");
        assertThat(daemon.frames()).last().isEqualTo("GOAWAY 0 1");
    }

    static Stream<Arguments> smallFrame() {
        return Stream.of(
                Arguments.of("one byte of data", data(0, 1, (byte) 1)),
                Arguments.of("one byte of credit", update(0, 1, 1)),
                Arguments.of("an acknowledgement", update(ACK, 1, 0)),
                Arguments.of("a frame for a stream that ended", update(RST, 3, 0)),
                Arguments.of("an empty frame for a stream that ended", zeros(0, 3, 0)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("smallFrame")
    void smallFramesAreBorneByTheHundredThousandAndNotWithoutEnd(String name, byte[] frame) {
        daemon.notesData = false;
        var stream = daemon.opened();
        daemon.opened().stream.reset();
        byte[] tenThousand = repeat(frame, 10_000);
        for (int round = 0; round < 90; round++) {
            daemon.receive(tenThousand);
            stream.stream.consume(frame[1] == 0 && frame[7] == 1 ? 10_000 : 0);
            daemon.written();
        }
        assertThat(daemon.session.isClosing()).isFalse();

        for (int round = 0; round < 20; round++) {
            daemon.receive(tenThousand);
            stream.stream.consume(frame[1] == 0 && frame[7] == 1 && !stream.stream.isEnded() ? 10_000 : 0);
            daemon.written();
        }
        assertThat(daemon.session.isClosing()).isTrue();
    }

    @Test
    void streamsOpenedTowardsTheDaemonBeyondTheControlStreamAreResetAndThenEndTheSession() {
        for (int id = 2; id <= 2_000; id += 2) {
            daemon.receive(update(SYN, id, 0));
        }
        assertThat(daemon.frames()).hasSize(999).allMatch(frame -> frame.startsWith("UPDATE RST"));

        daemon.receive(update(SYN, 2_002, 0), update(SYN, 2_004, 0));
        assertThat(daemon.session.isClosing()).isTrue();
    }

    @Test
    void slowDripOfStreamsByAPeerThatDoesNotReadEndsTheSessionInsteadOfFillingTheQueue() {
        int id = 2;
        int ticks = 0;
        while (!daemon.session.isClosing() && ticks < 100) {
            for (int i = 0; i < 400; i++, id += 2) {
                daemon.receive(update(SYN, id, 0));
            }
            daemon.session.tick();
            ticks++;
        }

        assertThat(ticks).isLessThan(5);
        assertThat(daemon.told).last().asString().contains("does not read their resets");
    }

    @Test
    void streamsThatTheApplicationResetsKeepTheirPlaceUntilThatIsWritten() {
        SessionRig service = new SessionRig(Role.SERVER, new YamuxLimits(10, 10, 100, 50));
        service.onStream = stream -> stream.stream.reset();
        for (int id = 1; id < 2 * 300; id += 2) {
            service.receive(update(SYN, id, 0));
        }

        assertThat(service.accepted).hasSize(100);
        assertThat(service.frames()).hasSize(300);
        service.receive(update(SYN, 601, 0));
        assertThat(service.accepted).hasSize(101);
    }

    @Test
    void pongsBeyondTheBacklogAreNotQueued() {
        daemon.receive(repeat(ping(SYN, 1), 400));

        assertThat(daemon.session.isClosing()).isFalse();
        assertThat(daemon.frames()).hasSize(32);
    }

    @Test
    void creditAndAcknowledgementOfAStreamShareOnePlaceInTheQueue() {
        var stream = daemon.opened();
        for (int round = 0; round < 2; round++) {
            daemon.receive(zeros(0, 1, 131_072));
            stream.stream.consume(131_072);
        }

        assertThat(daemon.frames()).containsExactly("UPDATE 1 262144");
    }

    @Test
    void failingPeerStreamHandlerLeavesASessionThatCanStillBeEnded() {
        daemon.onStream = stream -> {
            throw new IllegalArgumentException("a fault of the application");
        };
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> daemon.receive(update(SYN, 2, 0)))
                .isInstanceOf(IllegalArgumentException.class);
        daemon.session.lose("it failed");

        assertThat(daemon.told).last().isEqualTo("failed: it failed");
    }
}
