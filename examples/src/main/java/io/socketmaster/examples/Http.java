package io.socketmaster.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * As much HTTP/1.1 as a hello needs. The daemon sends one request on each stream, checked already and with its head no longer
 * than 64 KiB, and ends the stream after the response.
 */
final class Http {
    private Http() {}

    /** Reads the request's head and gives its path; a body stays unread. */
    static String readPath(InputStream in) throws IOException {
        BufferedReader head = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        String requestLine = head.readLine();
        for (String line = requestLine; line != null && !line.isEmpty(); ) {
            line = head.readLine();
        }
        if (requestLine == null || requestLine.split(" ").length != 3) {
            throw new IOException("the stream ended without a request");
        }
        return requestLine.split(" ")[1];
    }

    static void write(OutputStream out, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " + body.length
                + "\r\nConnection: close\r\n\r\n";
        out.write(head.getBytes(StandardCharsets.US_ASCII));
        out.write(body);
    }
}
