package io.socketmaster.examples;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Answers HTTPS on a port, with a certificate chain and a key in PEM; the daemon ends TLS. */
public final class HelloTls {
    public static void main(String[] args) throws IOException {
        int port = Integer.parseInt(args[0]);
        SocketDefinition definition = SocketDefinition.http(port, "/")
                .withTls(Files.readString(Path.of(args[1])), Files.readString(Path.of(args[2])));
        SocketMasterListener listener = SocketMasterClient.listen(definition).closeOnShutdown();
        System.out.println("answers on https://localhost:" + port + "/");
        for (StreamConnection request; (request = listener.accept()) != null; ) {
            StreamConnection taken = request;
            new Thread(() -> answer(taken)).start();
        }
    }

    private static void answer(StreamConnection request) {
        try (request) {
            String path = Http.readPath(request.getInputStream());
            Http.write(request.getOutputStream(), "hello, you asked for " + path + "\n");
        } catch (IOException e) {
            System.err.println(e.getMessage());
        }
    }
}
