package io.socketmaster.benchmarks.chaos.load;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One HTTP/1.1 connection of a client that believes nothing: opened when it is needed, and kept for as long as the server lets
 * it. Confined to its client's thread.
 */
final class HttpConnection implements Closeable {
    /** Connects to a server. */
    interface Connector {
        Socket connect() throws IOException;
    }

    /**
     * A whole answer.
     *
     * @param status its status
     * @param body all of it, as long as it was announced
     */
    record Answer(int status, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private final Connector connector;
    private final Tally tally;
    private Socket socket;
    private InputStream in;

    HttpConnection(Connector connector, Tally tally) {
        this.connector = connector;
        this.tally = tally;
    }

    /**
     * Asks and reads the whole answer.
     *
     * @throws BadEndException with {@link Outcome#CUT} if the answer had begun
     * @throws IOException if there is none
     */
    Answer ask(String method, String target, byte[] body) throws IOException {
        boolean done = false;
        try {
            if (socket == null) {
                socket = connector.connect();
                in = new BufferedInputStream(socket.getInputStream());
                tally.connected();
            }
            String head = method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n"
                    + (method.equals("POST") ? "Content-Length: " + body.length + "\r\n" : "") + "\r\n";
            byte[] headBytes = head.getBytes(StandardCharsets.US_ASCII);
            byte[] all = new byte[headBytes.length + body.length];
            System.arraycopy(headBytes, 0, all, 0, headBytes.length);
            System.arraycopy(body, 0, all, headBytes.length, body.length);
            send(all);
            Answer answer = readAnswer();
            done = true;
            return answer;
        } finally {
            if (!done) {
                close();
            }
        }
    }

    /** A refusal may be on its way before the body is: then writing fails, and what was answered is there to be read. */
    private void send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            if (in.available() == 0) {
                throw e;
            }
        }
    }

    private Answer readAnswer() throws IOException {
        String statusLine = readLine();
        int status = Integer.parseInt(statusLine.split(" ")[1]);
        int length = -1;
        boolean close = false;
        try {
            for (String line; !(line = readLine()).isEmpty(); ) {
                String field = line.toLowerCase(Locale.ROOT);
                if (field.startsWith("content-length:")) {
                    length = Integer.parseInt(
                            field.substring("content-length:".length()).strip());
                }
                close |= field.equals("connection: close");
            }
            if (length < 0) {
                throw new BadEndException(Outcome.WRONG, "an answer without Content-Length: " + statusLine);
            }
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException("after " + body.length + " of " + length + " bytes");
            }
            if (close) {
                close();
            }
            return new Answer(status, body);
        } catch (BadEndException e) {
            throw e;
        } catch (IOException e) {
            throw new BadEndException(Outcome.CUT, statusLine + ": " + e);
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next; (next = in.read()) != '\n'; ) {
            if (next < 0) {
                throw new EOFException("end of file where a line of an answer was awaited");
            }
            line.append((char) next);
        }
        return line.toString().stripTrailing();
    }

    @Override
    public void close() throws IOException {
        if (socket != null) {
            socket.close();
            socket = null;
        }
    }
}
