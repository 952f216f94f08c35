package io.socketmaster.cli.api;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Columns for people: as wide as they need to be, numbers to the right. */
final class Table {
    private static final String GAP = "  ";

    private final List<String[]> rows = new ArrayList<>();
    private final boolean[] numbers;

    /** @param headings those that begin with {@code #} are of columns of numbers */
    Table(String... headings) {
        numbers = new boolean[headings.length];
        String[] first = new String[headings.length];
        for (int i = 0; i < headings.length; i++) {
            numbers[i] = headings[i].startsWith("#");
            first[i] = numbers[i] ? headings[i].substring(1) : headings[i];
        }
        rows.add(first);
    }

    void row(String... cells) {
        rows.add(cells);
    }

    List<String> lines() {
        int[] widths = new int[numbers.length];
        for (String[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                widths[i] = Math.max(widths[i], row[i].length());
            }
        }
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(String[] row, int[] widths) {
        String[] cells = new String[row.length];
        Arrays.setAll(cells, i -> {
            String space = " ".repeat(widths[i] - row[i].length());
            return numbers[i] ? space + row[i] : row[i] + space;
        });
        return String.join(GAP, cells).stripTrailing();
    }
}
