package io.socketmaster.benchmarks.chaos.load;

import io.socketmaster.benchmarks.chaos.Payload;
import io.socketmaster.benchmarks.chaos.WebSocketFrames;
import io.socketmaster.benchmarks.chaos.WebSocketFrames.Frame;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends messages and awaits their echoes: some on a connection of their own, or one at a time on a connection that is kept
 * until it is closed with 1012 or reset.
 */
final class WebSocketClient implements Client {
    private static final int MESSAGE_BYTES = 300;
    private static final int SERVICE_RESTART = 1012;
    private static final int MESSAGES = 5;
    /** RFC 6455 section 1.2. */
    private static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";

    private final Targets targets;
    private final Tally tally;
    private final boolean keeps;
    private Socket socket;
    private InputStream in;

    WebSocketClient(Targets targets, Tally tally, boolean keeps) {
        this.targets = targets;
        this.tally = tally;
        this.keeps = keeps;
    }

    @Override
    public void exchange() throws IOException {
        boolean done = false;
        try {
            if (socket == null) {
                open();
            }
            for (int i = 0; i < (keeps ? 1 : MESSAGES); i++) {
                echo();
            }
            if (!keeps) {
                sayGoodbye();
            }
            done = keeps;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private void open() throws IOException {
        socket = targets.connect(targets.http());
        tally.connected();
        in = new BufferedInputStream(socket.getInputStream());
        socket.getOutputStream()
                .write(("GET /echo HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + KEY + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("end of file in the answer to a handshake: " + head);
            }
            head.append((char) next);
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new BadEndException(Outcome.LOST, "no handshake: " + head);
        }
        if (!head.toString().contains(WebSocketFrames.accept(KEY))) {
            throw new BadEndException(Outcome.WRONG, "the handshake is not for this key: " + head);
        }
    }

    private void echo() throws IOException {
        long id = ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
        Frame answer = exchangeFrame(WebSocketFrames.BINARY, Payload.of(id, MESSAGE_BYTES));
        if (answer.opcode() == WebSocketFrames.CLOSE && answer.closeCode() == SERVICE_RESTART) {
            throw new BadEndException(Outcome.ENDED, "closed with 1012");
        }
        if (answer.opcode() != WebSocketFrames.BINARY
                || answer.payload().length != MESSAGE_BYTES
                || !Payload.matches(id, 0, answer.payload(), MESSAGE_BYTES)) {
            throw new BadEndException(
                    Outcome.WRONG, "a frame of kind " + answer.opcode() + ", code " + answer.closeCode());
        }
    }

    private void sayGoodbye() throws IOException {
        Frame goodbye = exchangeFrame(WebSocketFrames.CLOSE, new byte[] {0x03, (byte) 0xE8});
        if (goodbye.opcode() != WebSocketFrames.CLOSE) {
            throw new BadEndException(Outcome.WRONG, "a Close is answered with " + goodbye.opcode());
        }
    }

    private Frame exchangeFrame(int opcode, byte[] payload) throws IOException {
        try {
            socket.getOutputStream().write(WebSocketFrames.fromClient(opcode, payload));
        } catch (SocketException e) {
            // Closed before it was asked: why, is to be read.
            if (in.available() == 0) {
                throw new BadEndException(Outcome.ENDED, e.getMessage());
            }
        }
        try {
            return WebSocketFrames.read(in);
        } catch (SocketException e) {
            throw new BadEndException(Outcome.ENDED, e.getMessage());
        } catch (EOFException e) {
            throw new BadEndException(Outcome.LOST, "a WebSocket ended without Close");
        }
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
