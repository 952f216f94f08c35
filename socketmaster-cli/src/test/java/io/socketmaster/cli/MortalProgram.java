package io.socketmaster.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * An HTTP program that dies of its first request, without an answer, and leaves a file behind at the path that its argument names.
 * Where that file is there already, it answers each request with {@code alive}.
 */
public final class MortalProgram {
    private static final int BACKLOG = 50;

    private MortalProgram() {}

    public static void main(String[] arguments) throws IOException {
        Path grave = Path.of(arguments[0]);
        int port = Integer.parseInt(System.getenv("PORT"));
        try (ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress())) {
            while (true) {
                try (Socket connection = server.accept()) {
                    answer(connection, grave);
                }
            }
        }
    }

    private static void answer(Socket connection, Path grave) throws IOException {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.US_ASCII));
        if (in.readLine() == null) {
            return; // somebody looks whether we are there
        }
        if (Files.notExists(grave)) {
            Files.createFile(grave);
            Runtime.getRuntime().halt(1);
        }
        connection
                .getOutputStream()
                .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nalive"
                        .getBytes(StandardCharsets.US_ASCII));
        while (!in.readLine().isEmpty()) {
            // The rest of the head: what is unread would make our close a reset.
        }
    }
}
