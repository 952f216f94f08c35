package io.socketmaster.cli.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.DaemonAddress;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Carries one request at a time to the daemon's control API, over TCP or a Unix socket, each on a connection of its own.
 * Blocks. Speaks the part of HTTP/1.1 that the daemon answers with: a length, chunks, or neither.
 */
final class DaemonClient {
    /** How long the daemon may take beyond what it was asked to wait for. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final int MAX_LINE = 64 * 1024;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Address address;

    DaemonClient(Address address) {
        this.address = address;
    }

    Address address() {
        return address;
    }

    JsonNode get(String target) throws IOException, DaemonUnreachableException, RefusedException {
        return get(target, Duration.ZERO);
    }

    /** @param within how long the daemon was asked to wait */
    JsonNode get(String target, Duration within) throws IOException, DaemonUnreachableException, RefusedException {
        return exchange("GET", target, Optional.empty(), within);
    }

    JsonNode post(String target, Optional<JsonNode> body)
            throws IOException, DaemonUnreachableException, RefusedException {
        return exchange("POST", target, body, Duration.ZERO);
    }

    JsonNode put(String target, JsonNode body) throws IOException, DaemonUnreachableException, RefusedException {
        return exchange("PUT", target, Optional.of(body), Duration.ZERO);
    }

    void delete(String target) throws IOException, DaemonUnreachableException, RefusedException {
        exchange("DELETE", target, Optional.empty(), Duration.ZERO);
    }

    private JsonNode exchange(String method, String target, Optional<JsonNode> body, Duration within)
            throws IOException, DaemonUnreachableException, RefusedException {
        try (Connection connection = open(Optional.of(within.plus(PATIENCE)))) {
            connection.send(method, target, body);
            StringBuilder text = new StringBuilder();
            int status = connection.read(line -> text.append(line).append('\n'));
            return checked(status, text.toString());
        }
    }

    /** Calls {@code line} for each line of the answer as it comes, until the daemon ends it. */
    void follow(String target, Consumer<String> line) throws IOException, DaemonUnreachableException, RefusedException {
        try (Connection connection = open(/* within= */ Optional.empty())) {
            connection.send("GET", target, Optional.empty());
            StringBuilder refusal = new StringBuilder();
            int status = connection.read(each -> {
                if (connection.isOk()) {
                    line.accept(each);
                } else {
                    refusal.append(each);
                }
            });
            checked(status, refusal.toString());
        }
    }

    private JsonNode checked(int status, String text) throws IOException, RefusedException {
        JsonNode answer;
        try {
            answer = text.isBlank() ? MissingNode.getInstance() : JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IOException("what answers at " + address + " does not speak the control API; is it a daemon?", e);
        }
        if (status >= 300) {
            throw new RefusedException(status, answer);
        }
        return answer;
    }

    private Connection open(Optional<Duration> within) throws DaemonUnreachableException {
        try {
            return new Connection(SocketChannel.open(address.resolve()), within);
        } catch (IOException e) {
            throw new DaemonUnreachableException(
                    "no daemon answers at " + address + " (" + e.getMessage()
                            + "); start one with 'socketmaster', or say" + " where it is with --daemon or "
                            + DaemonAddress.VARIABLE,
                    e);
        }
    }

    /** One connection; closed when its time is over, which ends whatever waits on it. */
    private final class Connection implements AutoCloseable {
        private final SocketChannel channel;
        private final InputStream in;
        private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "socketmaster-deadline");
            thread.setDaemon(true);
            return thread;
        });
        private volatile boolean late;
        private int status;

        Connection(SocketChannel channel, Optional<Duration> within) {
            this.channel = channel;
            this.in = new BufferedInputStream(Channels.newInputStream(channel));
            within.ifPresent(time -> clock.schedule(this::timeIsOver, time.toNanos(), TimeUnit.NANOSECONDS));
        }

        private Void timeIsOver() throws IOException {
            late = true;
            channel.close();
            return null;
        }

        boolean isOk() {
            return status < 300;
        }

        void send(String method, String target, Optional<JsonNode> body) throws IOException {
            byte[] content = body.map(json -> json.toString().getBytes(StandardCharsets.UTF_8))
                    .orElse(new byte[0]);
            String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + (body.isPresent() ? "Content-Type: application/json\r\n" : "") + "Content-Length: "
                    + content.length + "\r\n\r\n";
            ByteBuffer request = ByteBuffer.allocate(head.length() + content.length);
            request.put(head.getBytes(StandardCharsets.US_ASCII)).put(content).flip();
            try {
                while (request.hasRemaining()) {
                    channel.write(request);
                }
            } catch (IOException e) {
                throw lost(e);
            }
        }

        /** Reads the answer; returns its status. */
        int read(Consumer<String> line) throws IOException {
            try {
                return readAnswer(line);
            } catch (IOException e) {
                throw lost(e);
            }
        }

        private IOException lost(IOException cause) {
            return new IOException(
                    late
                            ? "the daemon at " + address
                                    + " took the request and did not answer; is it stopped or overloaded?"
                            : "the daemon at " + address + " ended the connection: " + cause.getMessage(),
                    cause);
        }

        private int readAnswer(Consumer<String> line) throws IOException {
            String first = readLine();
            if (!first.startsWith("HTTP/1.1 ") || first.length() < 12) {
                throw new IOException("this is no answer of a daemon");
            }
            status = Integer.parseInt(first.substring(9, 12));
            long length = -1;
            boolean chunked = false;
            for (String header = readLine(); !header.isEmpty(); header = readLine()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(
                            lower.substring("content-length:".length()).strip());
                } else if (lower.startsWith("transfer-encoding:") && lower.endsWith("chunked")) {
                    chunked = true;
                }
            }
            LineSplitter lines = new LineSplitter(line);
            if (chunked) {
                readChunks(lines);
            } else {
                lines.accept(length < 0 ? in.readAllBytes() : readFully(Math.toIntExact(length)));
            }
            lines.end();
            return status;
        }

        private void readChunks(LineSplitter lines) throws IOException {
            for (int size = chunkSize(); size > 0; size = chunkSize()) {
                lines.accept(readFully(size));
                readLine();
            }
            readLine();
        }

        private int chunkSize() throws IOException {
            return Integer.parseInt(readLine().strip(), 16);
        }

        private byte[] readFully(int length) throws IOException {
            byte[] bytes = in.readNBytes(length);
            if (bytes.length < length) {
                throw new EOFException("the answer is not complete");
            }
            return bytes;
        }

        private String readLine() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int next = in.read(); next != '\n'; next = in.read()) {
                if (next < 0 || line.length() > MAX_LINE) {
                    throw new EOFException("the answer is not complete");
                }
                if (next != '\r') {
                    line.append((char) next);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            clock.shutdownNow();
            channel.close();
        }
    }

    /** Cuts a stream of bytes into lines. */
    private static final class LineSplitter {
        private final Consumer<String> line;
        private final ByteArrayOutputStream rest = new ByteArrayOutputStream();

        LineSplitter(Consumer<String> line) {
            this.line = line;
        }

        void accept(byte[] bytes) {
            for (byte next : bytes) {
                if (next == '\n') {
                    end();
                } else {
                    rest.write(next);
                }
            }
        }

        void end() {
            if (rest.size() > 0) {
                line.accept(rest.toString(StandardCharsets.UTF_8));
                rest.reset();
            }
        }
    }
}
