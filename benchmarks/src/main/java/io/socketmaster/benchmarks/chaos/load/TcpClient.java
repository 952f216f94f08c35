package io.socketmaster.benchmarks.chaos.load;

import io.socketmaster.benchmarks.chaos.Payload;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sends bytes and awaits them back: some on a connection of their own that it half-closes, or a few at a time on a connection
 * that is kept until it is reset.
 */
final class TcpClient implements Client {
    private static final int PIECE = 5_000;
    private static final int PIECES = 5;

    private final Targets targets;
    private final Tally tally;
    private final boolean keeps;
    private Socket socket;

    TcpClient(Targets targets, Tally tally, boolean keeps) {
        this.targets = targets;
        this.tally = tally;
        this.keeps = keeps;
    }

    @Override
    public void exchange() throws IOException {
        boolean done = false;
        try {
            if (socket == null) {
                socket = targets.connect(targets.tcp());
                tally.connected();
            }
            for (int i = 0; i < (keeps ? 1 : PIECES); i++) {
                echo();
            }
            if (!keeps) {
                halfClose();
            }
            done = keeps;
        } catch (SocketException reset) {
            throw new BadEndException(Outcome.ENDED, reset.getMessage());
        } finally {
            if (!done) {
                close();
            }
        }
    }

    private void echo() throws IOException {
        long id = ThreadLocalRandom.current().nextLong(1, Integer.MAX_VALUE);
        socket.getOutputStream().write(Payload.of(id, PIECE));
        byte[] back = socket.getInputStream().readNBytes(PIECE);
        if (!Payload.matches(id, 0, back, back.length)) {
            throw new BadEndException(Outcome.WRONG, "what came back is not that of " + id);
        }
        if (back.length < PIECE) {
            throw new BadEndException(Outcome.LOST, "a clean end after " + back.length + " of " + PIECE + " bytes");
        }
    }

    private void halfClose() throws IOException {
        socket.shutdownOutput();
        if (socket.getInputStream().read() >= 0) {
            throw new BadEndException(Outcome.WRONG, "more came back than was sent");
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
