package io.socketmaster.protocol.handshake;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.control.ControlMessageDecoder;
import io.socketmaster.protocol.control.Side;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes, a decoder answers with a value or a {@link ProtocolException}, and pays for what came only. */
class HostileBytesTest {
    private static final int ROUNDS = 20_000;

    /** For a decoder, an exception with its trace, and the JVM's own. */
    private static final long CONSTANT = 256 * 1024;

    /** A byte that came costs at most this: as text, as Jackson's buffer, as a field's value, as an entry of a list. */
    private static final long PER_BYTE = 32;

    private interface Decoder {
        void decode(ByteBuf in) throws ProtocolException;
    }

    private static List<Decoder> decoders() {
        return List.of(
                in -> new HandshakeDecoder().decode(in),
                in -> ReplyDecoder.version1().decode(in),
                in -> ReplyDecoder.version2().decode(in),
                in -> new ControlMessageDecoder(Side.SERVICE).decode(in),
                in -> new ControlMessageDecoder(Side.DAEMON).decode(in));
    }

    @Test
    void randomBytesNeverCauseAnythingButARefusal() {
        Random random = new Random(20261);
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            feedToAll(bytes);
        }
    }

    @Test
    void alteredHandshakesNeverCauseAnythingButARefusal() {
        Random random = new Random(20262);
        List<byte[]> originals = List.of(
                Wire.withExtension(
                        "{\"name\":\"a\",\"hold\":\"PT5S\",\"sni\":[\"b\"],\"metadata\":{\"c\":\"d\"},\"weight\":3}"),
                Wire.request()
                        .string("OK")
                        .string("{\"session\":\"s\",\"bound\":[\"a:1\"]}")
                        .toBytes(),
                Wire.request()
                        .string("::1")
                        .number(443)
                        .octet(3)
                        .string("a")
                        .string("/")
                        .string("C")
                        .string("K")
                        .toBytes(),
                Wire.request()
                        .uint32(37)
                        .raw("{\"type\":\"update\",\"metadata\":{\"a\":\"\"}}".getBytes(StandardCharsets.US_ASCII))
                        .toBytes());
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = originals.get(random.nextInt(originals.size())).clone();
            for (int change = random.nextInt(4); change >= 0; change--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            feedToAll(bytes);
        }
    }

    @Test
    void aLengthAloneAllocatesNothing() {
        byte[] certificate = Wire.request()
                .string("")
                .number(443)
                .octet(2)
                .number(ProtocolLimits.MAX_PEM)
                .octet('C')
                .toBytes();
        byte[] extension = Wire.version2()
                .octet(0x53)
                .uint32(ProtocolLimits.MAX_EXTENSION)
                .octet('{')
                .toBytes();
        byte[] details = Wire.request()
                .string("OK")
                .number(ProtocolLimits.MAX_REPLY_JSON)
                .octet('{')
                .toBytes();
        byte[] message = Wire.request()
                .uint32(ProtocolLimits.MAX_MESSAGE_FROM_SERVICE)
                .octet('{')
                .toBytes();
        feedToAll(certificate);

        for (byte[] bytes : List.of(certificate, extension, details, message)) {
            assertThat(allocatedBy(() -> feedToAll(bytes))).isLessThan(ProtocolLimits.MAX_STRING);
        }
    }

    @Test
    void theMostExpensiveJsonCostsAFixedMultipleOfItsBytes() {
        List<String> costly = List.of(
                "{" + "\"a\":0,".repeat(40_000) + "\"b\":0}",
                "{\"a\":[" + "0,".repeat(120_000) + "0]}",
                "{\"a\":[" + "{},".repeat(80_000) + "0]}",
                "{\"metadata\":{" + "\"a\":0,".repeat(40_000) + "\"b\":0}}",
                "{\"name\":\"" + "\\u0061".repeat(40_000) + "\"}",
                "{\"a\":\"" + "x".repeat(250_000) + "\"}",
                "{\"a\":1" + "0".repeat(250_000) + "}");
        feedToAll(Wire.withExtension(costly.get(0)));

        for (String json : costly) {
            byte[] request = Wire.withExtension(json);
            assertThat(allocatedBy(() -> feed(in -> new HandshakeDecoder().decode(in), request)))
                    .as(json.substring(0, 12))
                    .isLessThan(request.length * PER_BYTE + CONSTANT);
        }
    }

    private static void feedToAll(byte[] bytes) {
        for (Decoder decoder : decoders()) {
            feed(decoder, bytes);
        }
    }

    private static void feed(Decoder decoder, byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        try {
            decoder.decode(in);
        } catch (ProtocolException e) {
            assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(300);
        }
    }

    private static long allocatedBy(Runnable action) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        action.run();
        return threads.getCurrentThreadAllocatedBytes() - before;
    }
}
