package io.socketmaster.examples;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;

/** Sends back what it gets, on a TCP port of its own; says whom it serves. */
public final class EchoTcp {
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
        SocketMasterListener listener =
                SocketMasterClient.listen(SocketDefinition.tcp(port)).closeOnShutdown();
        System.out.println("echo on " + listener.boundTo());
        for (StreamConnection connection; (connection = listener.accept()) != null; ) {
            StreamConnection taken = connection;
            new Thread(() -> echo(taken)).start();
        }
    }

    private static void echo(StreamConnection connection) {
        try (connection) {
            System.out.println("serving " + connection.remoteAddress());
            connection.getInputStream().transferTo(connection.getOutputStream());
        } catch (IOException e) {
            System.err.println("echo: " + e.getMessage());
        }
    }
}
