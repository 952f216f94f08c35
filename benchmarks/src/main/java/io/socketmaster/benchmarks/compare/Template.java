package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the configurations of proxies are made of. Stateless. */
final class Template {
    private Template() {}

    /** The resource of this package with each {@code ${name}} replaced by its value. */
    static String fill(String resource, Map<String, Object> values) throws IOException {
        try (InputStream template = Template.class.getResourceAsStream(resource)) {
            String text = new String(template.readAllBytes(), StandardCharsets.UTF_8);
            for (Map.Entry<String, Object> value : values.entrySet()) {
                text = text.replace(
                        "${" + value.getKey() + "}", value.getValue().toString());
            }
            return text;
        }
    }

    /** Loopback addresses whose ports were free a moment ago: a proxy cannot say which ones it was given. */
    static List<InetSocketAddress> freeAddresses(int count) throws IOException {
        InetAddress loopback = Sockets.loopback(0).getAddress();
        List<ServerSocket> held = new ArrayList<>();
        List<InetSocketAddress> addresses = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                ServerSocket socket = new ServerSocket(0, 1, loopback);
                held.add(socket);
                addresses.add(new InetSocketAddress(loopback, socket.getLocalPort()));
            }
        } finally {
            for (ServerSocket socket : held) {
                socket.close();
            }
        }
        return addresses;
    }
}
