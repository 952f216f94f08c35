package io.socketmaster.examples;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;

/** A web server for everything under {@code /a/}: a thread for each request, in plain blocking Java. */
public final class HelloA {
    public static void main(String[] args) throws IOException {
        int port = args.length > 0 ? Integer.parseInt(args[0]) : 8000;
        SocketMasterListener listener =
                SocketMasterClient.listen(SocketDefinition.http(port, "/a/")).closeOnShutdown();
        System.out.println("a answers on http://localhost:" + port + "/a/");
        for (StreamConnection request; (request = listener.accept()) != null; ) {
            StreamConnection taken = request;
            new Thread(() -> answer(taken)).start();
        }
    }

    private static void answer(StreamConnection request) {
        try (request) {
            String path = Http.readPath(request.getInputStream());
            Http.write(request.getOutputStream(), "hello from a, you asked for " + path + "\n");
        } catch (IOException e) {
            System.err.println("a: " + e.getMessage());
        }
    }
}
