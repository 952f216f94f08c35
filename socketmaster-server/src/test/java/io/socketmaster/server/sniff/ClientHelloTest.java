package io.socketmaster.server.sniff;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.socketmaster.server.sniff.ClientHello.Found;
import io.socketmaster.server.sniff.ClientHello.NeedMore;
import io.socketmaster.server.sniff.ClientHello.Not;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void aRealClientIsUnderstood(String version) throws Exception {
        assertThat(parse(ClientHellos.byJdk(version, "WWW.Example.com", "h2", "http/1.1")))
                .isEqualTo(found("www.example.com", "h2", "http/1.1"));
        assertThat(parse(ClientHellos.byJdk(version, "www.example.com"))).isEqualTo(found("www.example.com"));
        assertThat(parse(ClientHellos.byJdk(version, "", "h2"))).isEqualTo(found("", "h2"));
        assertThat(parse(ClientHellos.byJdk(version, ""))).isEqualTo(found(""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void cutAtEachByteItNeedsMoreAndIsNotConsumed(String version) throws Exception {
        byte[] bytes = ClientHellos.byJdk(version, "www.example.com", "h2");

        for (int length = 0; length < bytes.length; length++) {
            assertThat(parse(Arrays.copyOf(bytes, length))).isEqualTo(NeedMore.INSTANCE);
        }
        ByteBuf whole = Unpooled.buffer()
                .writeZero(3)
                .writeBytes(bytes)
                .writeBytes(new byte[] {9, 9})
                .skipBytes(3);
        assertThat(ClientHello.parse(whole)).isEqualTo(found("www.example.com", "h2"));
        assertThat(whole.readerIndex()).isEqualTo(3);
    }

    @Test
    void spreadOverRecordsOfAnySizeAndCutAtEachByteItIsTheSame() throws Exception {
        byte[] message = ClientHellos.payload(ClientHellos.byJdk("TLSv1.3", "www.example.com", "h2"));

        for (int fragment : IntStream.concat(IntStream.of(2, 3, 4, 5, 7, 16, 100), IntStream.of(message.length - 1))
                .toArray()) {
            byte[] records = ByteBufUtil.getBytes(ClientHellos.records(message, fragment));
            if (message.length > fragment * ClientHello.MAX_RECORDS) {
                continue;
            }
            assertThat(parse(records)).as("fragments of %d", fragment).isEqualTo(found("www.example.com", "h2"));
            for (int length = 0; length < records.length; length++) {
                assertThat(parse(Arrays.copyOf(records, length))).isEqualTo(NeedMore.INSTANCE);
            }
        }
    }

    @Test
    void extensionsThatAreNotKnownAreSkipped() {
        byte[] grease = ClientHellos.extension(0x0a0a, new byte[0]);
        byte[] encrypted = ClientHellos.extension(0xfe0d, new byte[200]);

        assertThat(ClientHello.parse(ClientHellos.with(grease, ClientHellos.sni("a.example"), encrypted)))
                .isEqualTo(found("a.example"));
    }

    @Test
    void aClientHelloWithoutExtensionsNamesNobody() {
        byte[] body = ClientHellos.body(Unpooled.EMPTY_BUFFER);

        assertThat(ClientHello.parse(
                        ClientHellos.records(ClientHellos.message(Arrays.copyOf(body, body.length - 2)), 64)))
                .isEqualTo(found(""));
    }

    @Test
    void aTrailingDotIsNotPartOfTheName() {
        assertThat(ClientHello.parse(ClientHellos.with(ClientHellos.sni("a.example."))))
                .isEqualTo(found("a.example"));
    }

    @Test
    void noMoreProtocolsAreKeptThanTheLimit() {
        String[] many = IntStream.range(0, 1000).mapToObj(i -> "p" + i).toArray(String[]::new);

        assertThat(ClientHello.parse(ClientHellos.with(ClientHellos.alpn(many))))
                .isEqualTo(found("", Arrays.copyOf(many, ClientHello.MAX_ALPN_NAMES)));
    }

    @Test
    void aMessageOfTheLimitIsReadAndALongerOneIsRefusedByItsHeader() {
        int overhead = ClientHellos.message(ClientHellos.body(Unpooled.EMPTY_BUFFER)).length + 4;
        byte[] filler = ClientHellos.extension(0x0a0a, new byte[ClientHello.MAX_LENGTH - overhead]);

        assertThat(ClientHello.parse(ClientHellos.with(filler))).isEqualTo(found(""));
        byte[] tooLong = {22, 3, 1, 0x40, 0, 1, 0, 0x40, 0};
        assertThat(parse(tooLong)).isInstanceOf(Not.class);
        byte[] sixteenMebibytes = {22, 3, 1, 0x40, 0, 1, (byte) 0xff, (byte) 0xff, (byte) 0xff};
        assertThat(parse(sixteenMebibytes)).isInstanceOf(Not.class);
    }

    @Test
    void moreRecordsThanTheLimitAreRefused() {
        byte[] message = ClientHellos.message(new byte[ClientHello.MAX_RECORDS + 1]);

        assertThat(ClientHello.parse(ClientHellos.records(message, 1))).isInstanceOf(Not.class);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void whatIsMalformedIsNoClientHello(String what, ByteBuf in) {
        assertThat(ClientHello.parse(in)).as(what).isInstanceOf(Not.class);
    }

    static Stream<Arguments> hostile() {
        Map<String, ByteBuf> table = new TreeMap<>();
        table.put("two hosts", ClientHellos.with(ClientHellos.sni("a", "b")));
        table.put("the same host twice", ClientHellos.with(ClientHellos.sni("a", "a")));
        table.put("two server name extensions", ClientHellos.with(ClientHellos.sni("a"), ClientHellos.sni("a")));
        table.put("no host in the list", ClientHellos.with(ClientHellos.sni()));
        table.put("an empty host", ClientHellos.with(ClientHellos.sni("")));
        table.put("a single dot", ClientHellos.with(ClientHellos.sni(".")));
        table.put("a host of 256 bytes", ClientHellos.with(ClientHellos.sni("a".repeat(256))));
        table.put("a NUL in the host", ClientHellos.with(ClientHellos.sni("a\0.example")));
        table.put("a space in the host", ClientHellos.with(ClientHellos.sni("a b")));
        table.put("raw bytes in the host", ClientHellos.with(ClientHellos.sni("\u00fc.example")));
        table.put("an IPv6 address", ClientHellos.with(ClientHellos.sni("::1")));
        table.put("an empty server name extension", ClientHellos.with(ClientHellos.extension(0, new byte[0])));
        table.put(
                "a list longer than its extension", ClientHellos.with(ClientHellos.extension(0, new byte[] {0, 9, 0})));
        table.put("bytes behind the list", ClientHellos.with(ClientHellos.extension(0, new byte[] {0, 4, 0, 0, 1, 'a', 0
        })));
        table.put("two ALPN extensions", ClientHellos.with(ClientHellos.alpn("h2"), ClientHellos.alpn("h2")));
        table.put("an empty ALPN list", ClientHellos.with(ClientHellos.alpn()));
        table.put("an empty protocol", ClientHellos.with(ClientHellos.alpn("h2", "")));
        table.put("half an extension", ClientHellos.with(new byte[] {0, 0, 0}));
        table.put("an empty body", ClientHellos.records(ClientHellos.message(new byte[0]), 64));
        table.put("zeros", ClientHellos.records(ClientHellos.message(new byte[100]), 64));
        table.put(
                "bytes behind the extensions",
                ClientHellos.records(
                        ClientHellos.message(Arrays.copyOf(ClientHellos.body(Unpooled.EMPTY_BUFFER), 46)), 64));
        table.put("another record type", bytes(23, 3, 1, 0, 5));
        table.put("another version", bytes(22, 2));
        table.put("an empty record", bytes(22, 3, 1, 0, 0));
        table.put("a record above 16 KiB", bytes(22, 3, 1, 0x40, 1));
        table.put("another message", bytes(22, 3, 1, 0, 5, 2));
        table.put("an alert between the records", bytes(22, 3, 1, 0, 1, 1, 21));
        table.put("HTTP", Unpooled.copiedBuffer("GET / HTTP/1.1", StandardCharsets.US_ASCII));
        return table.entrySet().stream().map(row -> Arguments.of(row.getKey(), row.getValue()));
    }

    private static ByteBuf bytes(int... values) {
        ByteBuf out = Unpooled.buffer();
        for (int value : values) {
            out.writeByte(value);
        }
        return out;
    }

    private static ClientHello.Result parse(byte[] bytes) {
        return ClientHello.parse(Unpooled.wrappedBuffer(bytes));
    }

    private static Found found(String serverName, String... alpn) {
        return new Found(new ClientHello(serverName, List.of(alpn)));
    }
}
