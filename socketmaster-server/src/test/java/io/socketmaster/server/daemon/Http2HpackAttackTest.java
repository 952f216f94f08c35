package io.socketmaster.server.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.http.Http2Peer;
import io.socketmaster.server.relay.RawPeer;
import java.lang.management.ManagementFactory;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Contract section 10: few bytes that become many by header compression (RFC 7541 section 7.3) cost no more memory than a head
 * may have, and nobody else's time. Single blocks are rows of {@code http2-frames.txt}; this is about many.
 */
class Http2HpackAttackTest {
    private static final String GET = ":method=GET :scheme=http :authority=a :path=/ ";
    private static final int STREAMS = 100;

    /** What all of a test's heads may leave behind, with room for what else a JVM does. Each attack aims at gigabytes. */
    private static final long MEMORY = 48L << 20;

    private RunningDaemon daemon;
    private Http2Peer attacker;
    private Http2Peer neighbour;
    private int neighboursStream = 1;

    @BeforeEach
    void start() throws Exception {
        daemon = RunningDaemon.start();
        int port = daemon.register(SocketDefinition.http(0, "/"), ScriptedService.http("a"))
                .expectOk()
                .boundPort();
        daemon.register(SocketDefinition.http(port, "/held"), stream -> {}).expectOk();
        attacker = Http2Peer.open(new RawPeer(RunningDaemon.connect(port)));
        neighbour = Http2Peer.open(new RawPeer(RunningDaemon.connect(port)));
        checkNeighbour();
    }

    @AfterEach
    void stop() throws Exception {
        attacker.close();
        neighbour.close();
        daemon.close();
    }

    private void checkNeighbour() {
        neighbour.get(neighboursStream, "/neighbour");
        assertThat(neighbour.awaitHead(neighboursStream).status()).isEqualTo("200");
        neighbour.awaitBody(neighboursStream);
        neighboursStream += 2;
    }

    private static long usedMemory() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private void send(String frame) {
        FrameNotation.parse(frame).forEach(one -> attacker.raw().send(one.bytes()));
    }

    private static String numbered(int count, String field) {
        return IntStream.range(0, count)
                .mapToObj(i -> field.replace("#", Integer.toString(i)))
                .collect(Collectors.joining(" "));
    }

    /** 100 times 10 KB that would be 40 MB each. */
    @Test
    void aLargeFieldNamedAgainAndAgainOnManyStreamsIsRefusedOnEach() {
        long before = usedMemory();
        String references = "index:62 ".repeat(10_000);
        for (int i = 0; i < STREAMS; i++) {
            int stream = 2 * i + 1;
            send("HEADERS " + stream + " +END_STREAM +END_HEADERS " + GET + "x+=" + "v".repeat(4_000) + " "
                    + references);
            assertThat(attacker.awaitHead(stream).status()).isEqualTo("431");
            attacker.awaitReset(stream);
            if (i % 10 == 0) {
                checkNeighbour();
            }
        }
        assertThat(usedMemory() - before).isLessThan(MEMORY);
    }

    /** As large as a head may be, and as many as a connection may have: the large field is there once. */
    @Test
    void manyRequestsThatWaitShareTheirLargeField() {
        long before = usedMemory();
        String references = "index:62 ".repeat(15);
        String held = ":method=POST :scheme=http :authority=a :path=/held ";
        send("HEADERS 1 +END_HEADERS " + held + "x+=" + "v".repeat(4_000));
        for (int i = 1; i < STREAMS; i++) {
            send("HEADERS " + (2 * i + 1) + " +END_HEADERS " + held + references);
        }
        send("HEADERS " + (2 * STREAMS + 1) + " +END_STREAM +END_HEADERS " + GET);
        assertThat(attacker.awaitReset(2 * STREAMS + 1).error().name()).isEqualTo("REFUSED_STREAM");
        checkNeighbour();
        assertThat(usedMemory() - before).isLessThan(MEMORY);
    }

    /** Every field drives out one before it. */
    @Test
    void aTableThatNeverRestsIsBornAndStaysSmall() {
        long before = usedMemory();
        for (int i = 0; i < 3 * STREAMS; i++) {
            int stream = 2 * i + 1;
            send("HEADERS " + stream + " +END_STREAM +END_HEADERS " + GET
                    + numbered(90, "x-#-" + i + "+=" + "v".repeat(60)));
            assertThat(attacker.awaitHead(stream).status()).isEqualTo("200");
            attacker.awaitBody(stream);
        }
        checkNeighbour();
        assertThat(usedMemory() - before).isLessThan(MEMORY);
    }

    /** As long as the client likes, with nothing in it that could be kept. */
    @Test
    void aHeadThatGoesOnAndOnEndsTheConnection() {
        long before = usedMemory();
        send("HEADERS 1 " + GET);
        // Half a frame is not small, and so not counted as such.
        byte[] piece = FrameNotation.parse("CONTINUATION 1 " + "cookie=a ".repeat(900))
                .get(0)
                .bytes();
        attacker.flood(1_000, piece);
        assertThat(attacker.awaitGoAway().error().name()).isIn("PROTOCOL_ERROR", "ENHANCE_YOUR_CALM");
        attacker.awaitEnd();
        checkNeighbour();
        assertThat(usedMemory() - before).isLessThan(MEMORY);
    }

    /** A client may let our table be as large as it likes; how large it is remains our choice (section 4.2). */
    @Test
    void aTableThatTheClientLetsBeEndlessStaysSmall() {
        send("SETTINGS 0 HEADER_TABLE_SIZE=0xffffffff");
        long before = usedMemory();
        for (int i = 0; i < 3 * STREAMS; i++) {
            int stream = 2 * i + 1;
            attacker.get(stream, "/" + i);
            // Its decoder allows for 4,096 bytes, and fails if ours says that it uses more.
            assertThat(attacker.awaitHead(stream).status()).isEqualTo("200");
            attacker.awaitBody(stream);
        }
        assertThat(usedMemory() - before).isLessThan(MEMORY);
    }
}
