package io.socketmaster.protocol.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.haproxy.HAProxyCommand;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageEncoder;
import io.netty.handler.codec.haproxy.HAProxyProtocolVersion;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The same header as Netty's codec, which is a witness of its own, sees it. */
class NettyCrossCheckTest {
    @ParameterizedTest
    @CsvSource({"192.0.2.1, 198.51.100.2, TCP4", "2001:db8::1, 2001:db8::2, TCP6"})
    void nettyReadsWhatWeWrite(String source, String destination, HAProxyProxiedProtocol protocol) {
        ProxyHeader header = ProxyHeader.of(
                        new InetSocketAddress(source, 51000), new InetSocketAddress(destination, 443))
                .withAuthority("a.example")
                .withAlpn("h2")
                .withTls("TLSv1.3", "TLS_AES_128_GCM_SHA256");

        HAProxyMessage message = nettyRead(header);

        assertThat(message.command()).isEqualTo(HAProxyCommand.PROXY);
        assertThat(message.proxiedProtocol()).isEqualTo(protocol);
        assertThat(new InetSocketAddress(message.sourceAddress(), message.sourcePort()))
                .isEqualTo(header.endpoints().orElseThrow().source());
        assertThat(new InetSocketAddress(message.destinationAddress(), message.destinationPort()))
                .isEqualTo(header.endpoints().orElseThrow().destination());
        assertThat(text(message.tlvs(), HAProxyTLV.Type.PP2_TYPE_AUTHORITY)).isEqualTo("a.example");
        assertThat(text(message.tlvs(), HAProxyTLV.Type.PP2_TYPE_ALPN)).isEqualTo("h2");
        HAProxySSLTLV tls = (HAProxySSLTLV) find(message.tlvs(), HAProxyTLV.Type.PP2_TYPE_SSL);
        assertThat(tls.isPP2ClientSSL()).isTrue();
        assertThat(text(tls.encapsulatedTLVs(), HAProxyTLV.Type.PP2_TYPE_SSL_VERSION))
                .isEqualTo("TLSv1.3");
        message.release();
    }

    @Test
    void nettyReadsAHeaderThatSaysNothing() {
        HAProxyMessage message = nettyRead(ProxyHeader.local());

        assertThat(message.command()).isEqualTo(HAProxyCommand.LOCAL);
        assertThat(message.sourceAddress()).isNull();
        message.release();
    }

    @ParameterizedTest
    @CsvSource({"192.0.2.1, 198.51.100.2, TCP4", "2001:db8::1, 2001:db8::2, TCP6"})
    void weReadWhatNettyWrites(String source, String destination, HAProxyProxiedProtocol protocol) {
        HAProxyTLV authority = new HAProxyTLV(
                HAProxyTLV.Type.PP2_TYPE_AUTHORITY, Unpooled.copiedBuffer("a.example", StandardCharsets.UTF_8));
        HAProxyTLV version = new HAProxyTLV((byte) 0x21, Unpooled.copiedBuffer("TLSv1.2", StandardCharsets.US_ASCII));
        HAProxySSLTLV tls = new HAProxySSLTLV(0, (byte) 1, List.of(version));
        HAProxyMessage message = new HAProxyMessage(
                HAProxyProtocolVersion.V2,
                HAProxyCommand.PROXY,
                protocol,
                source,
                destination,
                51000,
                443,
                List.of(authority, tls));
        EmbeddedChannel netty = new EmbeddedChannel(HAProxyMessageEncoder.INSTANCE);
        netty.writeOutbound(message);
        ByteBuf bytes = Unpooled.buffer();
        for (ByteBuf part; (part = netty.readOutbound()) != null; part.release()) {
            bytes.writeBytes(part);
        }
        netty.finishAndReleaseAll();

        assertThat(ProxyHeader.read(bytes))
                .contains(ProxyHeader.of(new InetSocketAddress(source, 51000), new InetSocketAddress(destination, 443))
                        .withAuthority("a.example")
                        .withTls("TLSv1.2", ""));
        assertThat(bytes.isReadable()).isFalse();
    }

    private static HAProxyMessage nettyRead(ProxyHeader header) {
        EmbeddedChannel netty = new EmbeddedChannel(new HAProxyMessageDecoder());
        ByteBuf bytes = Unpooled.buffer();
        header.write(bytes);
        netty.writeInbound(bytes);
        HAProxyMessage message = netty.readInbound();
        netty.finishAndReleaseAll();
        return message;
    }

    private static HAProxyTLV find(List<HAProxyTLV> tlvs, HAProxyTLV.Type type) {
        return tlvs.stream().filter(tlv -> tlv.type() == type).findFirst().orElseThrow();
    }

    private static String text(List<HAProxyTLV> tlvs, HAProxyTLV.Type type) {
        return find(tlvs, type).content().toString(StandardCharsets.UTF_8);
    }
}
