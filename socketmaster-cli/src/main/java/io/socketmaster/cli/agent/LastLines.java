package io.socketmaster.cli.agent;

import java.util.ArrayDeque;
import java.util.List;

/** What a program printed last, for whoever asks why it failed. Thread-safe; at most {@link #LINES}. */
final class LastLines {
    static final int LINES = 20;

    private final ArrayDeque<String> lines = new ArrayDeque<>();

    synchronized void add(String line) {
        if (lines.size() == LINES) {
            lines.remove();
        }
        lines.add(line);
    }

    synchronized List<String> get() {
        return List.copyOf(lines);
    }
}
