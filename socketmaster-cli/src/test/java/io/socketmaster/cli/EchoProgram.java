package io.socketmaster.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/**
 * A program as {@code run} gets it: listens on the port or Unix socket that its argument or its environment names, greets
 * each connection with its process id and a line end, and sends back what comes.
 */
public final class EchoProgram {
    private EchoProgram() {}

    public static void main(String[] arguments) throws IOException {
        SocketAddress address = address(arguments);
        try (ServerSocketChannel server = address instanceof UnixDomainSocketAddress
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open()) {
            server.bind(address);
            System.out.println("listening with " + String.join(" ", arguments));
            while (true) {
                SocketChannel connection = server.accept();
                Thread thread = new Thread(() -> echo(connection));
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private static SocketAddress address(String[] arguments) {
        String socket = System.getenv("SOCKET");
        if (socket != null) {
            return UnixDomainSocketAddress.of(socket);
        }
        String port = arguments.length > 0 ? arguments[0] : System.getenv("PORT");
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static void echo(SocketChannel connection) {
        try (connection) {
            String greeting = ProcessHandle.current().pid() + "\n";
            connection.write(ByteBuffer.wrap(greeting.getBytes(StandardCharsets.US_ASCII)));
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            while (connection.read(buffer) >= 0) {
                buffer.flip();
                while (buffer.hasRemaining()) {
                    connection.write(buffer);
                }
                buffer.clear();
            }
        } catch (IOException e) {
            System.err.println("echo: " + e.getMessage());
        }
    }
}
