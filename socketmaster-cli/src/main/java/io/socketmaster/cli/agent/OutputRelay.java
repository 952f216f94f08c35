package io.socketmaster.cli.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/**
 * Passes one of a program's outputs on, a prefix ahead of each line. A program that floods it waits, as it would with the
 * terminal, when what it printed is not taken: nothing is kept but one line of at most {@link #MAX_LINE} bytes, beyond which it
 * is cut in two.
 *
 * <p>Runs on a thread of its own until the output ends.
 */
final class OutputRelay {
    static final int MAX_LINE = 8 * 1024;

    private final InputStream in;
    private final PrintWriter out;
    private final String prefix;
    private final LastLines last;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    /** @param out shared with others; each line is written as one */
    OutputRelay(InputStream in, PrintWriter out, String prefix, LastLines last) {
        this.in = in;
        this.out = out;
        this.prefix = prefix;
        this.last = last;
    }

    Thread start(String name) {
        Thread thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void run() {
        byte[] buffer = new byte[MAX_LINE];
        try (in) {
            for (int count; (count = in.read(buffer)) >= 0; ) {
                for (int i = 0; i < count; i++) {
                    accept(buffer[i]);
                }
                out.flush();
            }
        } catch (IOException e) {
            // The stream is closed when the program has ended and something that it left behind still holds it.
            last.add("(its output could not be read any more: " + e.getMessage() + ")");
        }
        if (line.size() > 0) {
            endLine();
        }
        out.flush();
    }

    private void accept(byte next) {
        if (next == '\n') {
            endLine();
        } else {
            line.write(next);
            if (line.size() == MAX_LINE) {
                endLine();
            }
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8).stripTrailing();
        line.reset();
        last.add(text);
        // One call, so that the lines of several programs do not mix.
        out.write(prefix + text + System.lineSeparator());
    }
}
