package io.socketmaster.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyHeaderTest {
    private static final String SIGNATURE = "0d0a0d0a000d0a515549540a";

    @Test
    void anIpv4ConnectionIsWrittenByteForByteAsTheSpecificationSays() {
        ProxyHeader header = ProxyHeader.of(address("192.0.2.1", 51000), address("198.51.100.2", 443));

        assertThat(hex(header)).isEqualTo(SIGNATURE + "21" + "11" + "000c" + "c0000201" + "c6336402" + "c738" + "01bb");
    }

    @Test
    void anIpv6ConnectionIsWrittenByteForByteAsTheSpecificationSays() {
        ProxyHeader header = ProxyHeader.of(address("2001:db8::1", 51000), address("2001:db8::2", 443));

        assertThat(hex(header))
                .isEqualTo(SIGNATURE + "21" + "21" + "0024" + "20010db8000000000000000000000001"
                        + "20010db8000000000000000000000002" + "c738" + "01bb");
    }

    @Test
    void tlsFactsAuthorityAndAlpnAreWrittenAsTlvs() {
        ProxyHeader header = ProxyHeader.of(address("192.0.2.1", 1), address("192.0.2.2", 2))
                .withAlpn("h2")
                .withAuthority("a.example")
                .withTls("TLSv1.3", "X");

        assertThat(hex(header))
                .endsWith("01" + "0002" + "6832" + "02" + "0009" + "612e6578616d706c65" + "20" + "0013" + "01"
                        + "00000001" + "21" + "0007" + "544c5376312e33" + "23" + "0001" + "58");
    }

    @Test
    void whatIsWrittenIsReadBackWhateverTheFamily() {
        for (ProxyHeader header : new ProxyHeader[] {
            ProxyHeader.of(address("192.0.2.1", 0), address("198.51.100.2", 65535)),
            ProxyHeader.of(address("2001:db8::1", 51000), address("2001:db8::2", 443)),
            ProxyHeader.of(address("192.0.2.1", 51000), address("2001:db8::2", 443)),
            full(),
            ProxyHeader.local()
        }) {
            assertThat(read(hex(header))).contains(header);
        }
    }

    @Test
    void aHeaderThatIsCutAnywhereIsIncompleteAndLeavesTheBytesWhereTheyAre() {
        byte[] bytes = ByteBufUtil.decodeHexDump(hex(full()));
        for (int length = 0; length < bytes.length; length++) {
            ByteBuf in = Unpooled.wrappedBuffer(bytes, 0, length);
            assertThat(ProxyHeader.read(in)).isEmpty();
            assertThat(in.readableBytes()).isEqualTo(length);
        }
    }

    @Test
    void whatFollowsTheHeaderIsNotRead() {
        ByteBuf in = Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex(full()) + "cafe"));

        assertThat(ProxyHeader.read(in)).contains(full());
        assertThat(in.readUnsignedShort()).isEqualTo(0xCAFE);
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "LOCAL without anything, 20 00 0000",
        "LOCAL with addresses that do not count, 20 11 000c c0000201 c6336402 c738 01bb",
        "UNSPEC with bytes that do not count, 21 00 0003 010203",
        "a pair of Unix sockets, 21 31 00d8 zeros216"
    })
    void aHeaderWithoutIpAddressesIsToleratedAndSaysNothing(String name, String rest) {
        String zeros = "00".repeat(216);
        String bytes = SIGNATURE + rest.replace("zeros216", zeros).replace(" ", "");

        assertThat(read(bytes)).as(name).contains(ProxyHeader.local());
    }

    @Test
    void tlvsThatWeDoNotKnowArePassedOver() {
        String bytes = SIGNATURE + "21" + "11" + "0018" + "c0000201c6336402c73801bb" + "03" + "0004" + "00000000" + "04"
                + "0002" + "0000";

        assertThat(read(bytes)).contains(ProxyHeader.of(address("192.0.2.1", 51000), address("198.51.100.2", 443)));
    }

    @Test
    void aClientWithoutTlsHasNoTlsFactsEvenIfTheTlvIsThere() {
        String bytes =
                SIGNATURE + "21" + "11" + "0014" + "c0000201c6336402c73801bb" + "20" + "0005" + "00" + "00000000";

        assertThat(read(bytes).orElseThrow().tls()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "47455420", // GET
                "0d0a0d0b", // differs in the fourth byte
                SIGNATURE + "11" + "11" + "000c", // version 1
                SIGNATURE + "22" + "11" + "000c", // command 2
                SIGNATURE + "21" + "41" + "000c", // family 4
                SIGNATURE + "21" + "13" + "000c", // transport 3
                SIGNATURE + "21" + "11" + "0ff1", // one byte more than is taken
                SIGNATURE + "21" + "11" + "ffff", // far more
                SIGNATURE + "21" + "11" + "000b" + "c0000201c6336402c73801", // addresses cut
                SIGNATURE + "21" + "21" + "000c" + "c0000201c6336402c73801bb", // too short for IPv6
                SIGNATURE + "21" + "31" + "0001" + "00", // too short for Unix
                SIGNATURE + "21" + "11" + "000d" + "c0000201c6336402c73801bb" + "01", // TLV without length
                SIGNATURE + "21" + "11" + "000f" + "c0000201c6336402c73801bb" + "010001", // TLV without its value
                SIGNATURE + "21" + "11" + "0013" + "c0000201c6336402c73801bb" + "200004" + "01000000", // SSL TLV cut
            })
    void whatIsNoHeaderIsRefused(String bytes) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(bytes));
    }

    @Test
    void aTextThatIsTooLongIsRefusedOnBothSides() {
        String text = "x".repeat(ProxyHeader.MAX_TEXT + 1);
        ProxyHeader header = ProxyHeader.of(address("192.0.2.1", 1), address("192.0.2.2", 2));

        assertThatIllegalArgumentException().isThrownBy(() -> header.withAuthority(text));
        assertThatIllegalArgumentException().isThrownBy(() -> header.withAlpn(text));
        assertThatIllegalArgumentException().isThrownBy(() -> header.withTls("", text));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> read(SIGNATURE + "21" + "11" + "010f" + "c0000201c6336402c73801bb" + "02" + "0100"
                        + "78".repeat(256)));
    }

    @Test
    void anAddressWithoutAnIpIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        ProxyHeader.of(InetSocketAddress.createUnresolved("a.example", 1), address("192.0.2.2", 2)));
    }

    private static ProxyHeader full() {
        return ProxyHeader.of(address("192.0.2.1", 51000), address("198.51.100.2", 443))
                .withAlpn("http/1.1")
                .withAuthority("b\u00fccher.example")
                .withTls("TLSv1.3", "TLS_AES_128_GCM_SHA256");
    }

    private static String hex(ProxyHeader header) {
        ByteBuf out = Unpooled.buffer();
        header.write(out);
        return ByteBufUtil.hexDump(out);
    }

    private static Optional<ProxyHeader> read(String hex) {
        return ProxyHeader.read(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex)));
    }

    private static InetSocketAddress address(String ip, int port) {
        try {
            return new InetSocketAddress(InetAddress.getByName(ip), port);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
