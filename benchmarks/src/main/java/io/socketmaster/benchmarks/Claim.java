package io.socketmaster.benchmarks;

/**
 * What was promised, what was measured, and whether they agree.
 *
 * @param text one line
 */
public record Claim(String text, boolean held) {
    @Override
    public String toString() {
        return (held ? "held:     " : "NOT HELD: ") + text;
    }
}
