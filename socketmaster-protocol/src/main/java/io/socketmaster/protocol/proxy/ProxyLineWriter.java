package io.socketmaster.protocol.proxy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.net.Inet4Address;
import java.net.InetAddress;

/** A header as the line of version 1. */
final class ProxyLineWriter {
    private ProxyLineWriter() {}

    static void write(ProxyHeader header, ByteBuf out) {
        ByteBufUtil.writeAscii(
                out, header.endpoints().map(ProxyLineWriter::line).orElse("PROXY UNKNOWN\r\n"));
    }

    /** A mixed pair becomes IPv6, the IPv4 address a mapped one. */
    private static String line(ProxyHeader.Endpoints endpoints) {
        InetAddress source = endpoints.source().getAddress();
        InetAddress destination = endpoints.destination().getAddress();
        boolean inet = source instanceof Inet4Address && destination instanceof Inet4Address;
        return "PROXY " + (inet ? "TCP4 " : "TCP6 ") + text(source, inet) + " " + text(destination, inet) + " "
                + endpoints.source().getPort() + " " + endpoints.destination().getPort() + "\r\n";
    }

    private static String text(InetAddress address, boolean inet) {
        String text = address.getHostAddress();
        if (address instanceof Inet4Address) {
            return inet ? text : "::ffff:" + text;
        }
        // The zone of a link-local address means nothing to anybody else.
        int zone = text.indexOf('%');
        return zone < 0 ? text : text.substring(0, zone);
    }
}
