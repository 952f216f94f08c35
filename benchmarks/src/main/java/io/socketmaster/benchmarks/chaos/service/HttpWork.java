package io.socketmaster.benchmarks.chaos.service;

import io.socketmaster.benchmarks.chaos.Payload;
import io.socketmaster.benchmarks.chaos.WebSocketFrames;
import io.socketmaster.client.StreamConnection;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Answers one HTTP request, on the caller's thread:
 *
 * <ul>
 *   <li>{@code GET /bytes/ID/LENGTH}: so many bytes of that id;
 *   <li>{@code POST /once/ID} with bytes of that id: notes the id, then says {@code done ID};
 *   <li>{@code GET /echo} with {@code Upgrade: websocket}: sends back what comes, message by message.
 * </ul>
 *
 * <p>{@code ?work=MILLIS} lets the answer take so long, between the work and its answer.
 */
final class HttpWork {
    private static final int MAX_HEAD = 16 * 1024;

    private final StreamConnection stream;
    private final InputStream in;
    private final OutputStream out;
    private final Journal journal;
    private final ScheduledExecutorService later;

    HttpWork(StreamConnection stream, Journal journal, ScheduledExecutorService later) {
        this.stream = stream;
        this.in = new BufferedInputStream(stream.getInputStream());
        this.out = stream.getOutputStream();
        this.journal = journal;
        this.later = later;
    }

    void run() throws IOException {
        String[] lines = readHead().split("\r\n");
        String[] request = lines[0].split(" ");
        Map<String, String> fields = fields(lines);
        String[] target = request[1].split("\\?work=");
        String[] path = target[0].split("/");
        long workMillis = target.length > 1 ? Long.parseLong(target[1]) : 0;
        switch (path[1]) {
            case "bytes" -> {
                long id = Long.parseLong(path[2]);
                int length = Integer.parseInt(path[3]);
                answerAfter(workMillis, "200 OK", Payload.of(id, length));
            }
            case "once" -> {
                long id = Long.parseLong(path[2]);
                int length = Integer.parseInt(fields.getOrDefault("content-length", "0"));
                byte[] body = in.readNBytes(length);
                if (body.length < length) {
                    throw new EOFException("the client left after " + body.length + " of " + length + " bytes");
                }
                if (!Payload.matches(id, 0, body, length)) {
                    answerAfter(0, "400 Bad Request", ascii("the body is not that of " + id + "\n"));
                } else {
                    journal.executed(id);
                    answerAfter(workMillis, "200 OK", ascii("done " + id + "\n"));
                }
            }
            case "echo" -> echo(fields.get("sec-websocket-key"));
            default -> answerAfter(0, "404 Not Found", ascii("there is no " + target[0] + "\n"));
        }
    }

    private String readHead() throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.length() < MAX_HEAD) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the request ended in its head");
            }
            head.append((char) next);
            if (next == '\n' && head.indexOf("\r\n\r\n", head.length() - 4) >= 0) {
                return head.toString();
            }
        }
        throw new IOException("a head of more than " + MAX_HEAD + " bytes");
    }

    private static Map<String, String> fields(String[] lines) {
        Map<String, String> fields = new HashMap<>();
        for (int i = 1; i < lines.length; i++) {
            int colon = lines[i].indexOf(':');
            fields.put(
                    lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
                    lines[i].substring(colon + 1).strip());
        }
        return fields;
    }

    private void answerAfter(long millis, String status, byte[] body) throws IOException {
        if (millis == 0) {
            answer(status, body);
        } else {
            Callable<Void> answer = () -> {
                try {
                    answer(status, body);
                } catch (IOException e) {
                    ChaosServiceMain.clientLeft(e);
                }
                return null;
            };
            later.schedule(answer, millis, TimeUnit.MILLISECONDS);
        }
    }

    /** In one write where it is short, so that a part of an answer is a rare thing. */
    private void answer(String status, byte[] body) throws IOException {
        byte[] head = ascii("HTTP/1.1 " + status + "\r\nContent-Length: " + body.length
                + "\r\nContent-Type: application/octet-stream\r\n\r\n");
        byte[] all = new byte[head.length + body.length];
        System.arraycopy(head, 0, all, 0, head.length);
        System.arraycopy(body, 0, all, head.length, body.length);
        out.write(all);
        stream.close();
    }

    private void echo(String key) throws IOException {
        out.write(ascii("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + "Sec-WebSocket-Accept: " + WebSocketFrames.accept(key) + "\r\n\r\n"));
        while (true) {
            WebSocketFrames.Frame frame = WebSocketFrames.read(in);
            out.write(WebSocketFrames.fromServer(frame.opcode(), frame.payload()));
            if (frame.opcode() == WebSocketFrames.CLOSE) {
                stream.close();
                return;
            }
        }
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
