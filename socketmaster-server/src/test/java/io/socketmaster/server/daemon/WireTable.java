package io.socketmaster.server.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table of raw bytes and what has to become of them, kept as text beside the tests that run it:
 *
 * <pre>
 * == group
 * let NAME = bytes
 * what it is | the rule | the outcome
 *     bytes, on one line or several; or what a test makes of a line
 *   &gt; bytes of a request, as a client or a service sees it
 *   &lt; bytes of a response
 * </pre>
 *
 * In bytes, {@code ⏎} is CR LF, {@code ␍ ␊ ␉ ␀} are single control characters, {@code ␠} is a space at an end of a line,
 * {@code \x7f} any byte, {@code {NAME}} what was let, and {@code {x*70000}} a text so many times.
 */
final class WireTable {
    private static final Pattern ESCAPE =
            Pattern.compile("\\{([A-Z][A-Z0-9_]*)}|\\{([^{}]*)\\*(\\d+)}|\\\\x([0-9a-f]{2})");
    private static final Map<String, String> SYMBOLS =
            Map.of("⏎", "\r\n", "␍", "\r", "␊", "\n", "␉", "\t", "␀", "\0", "␠", " ");

    /**
     * @param group its heading
     * @param name what is special about it
     * @param rule the clause that decides
     * @param outcome in the words of the table
     * @param lines what is sent
     * @param requests what a {@code >} says, in order
     * @param responses what a {@code <} says, in order
     */
    record Row(
            String group,
            String name,
            String rule,
            String outcome,
            List<String> lines,
            List<String> requests,
            List<String> responses) {
        /** All lines in one, where they are bytes. */
        String bytes() {
            return String.join("", lines);
        }

        @Override
        public String toString() {
            return group + ": " + name + " (" + rule + ") " + outcome;
        }
    }

    private final Map<String, String> lets = new HashMap<>();
    private final List<Row> rows = new ArrayList<>();
    private String group = "";
    private String[] title;
    private List<String> lines = new ArrayList<>();
    private List<String> requests = new ArrayList<>();
    private List<String> responses = new ArrayList<>();

    private WireTable() {}

    /** Reads the resource {@code name} beside this class. */
    static List<Row> read(String name) {
        try (InputStream in = WireTable.class.getResourceAsStream(name)) {
            WireTable table = new WireTable();
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(table::line);
            table.endRow();
            return List.copyOf(table.rows);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void line(String line) {
        if (line.startsWith("    ")) {
            lines.add(unescape(line.substring(4)));
        } else if (line.startsWith("  > ")) {
            requests.add(unescape(line.substring(4)));
        } else if (line.startsWith("  < ")) {
            responses.add(unescape(line.substring(4)));
        } else if (line.startsWith("== ")) {
            endRow();
            group = line.substring(3);
        } else if (line.startsWith("let ")) {
            String[] pair = line.substring(4).split(" = ", 2);
            lets.put(pair[0], unescape(pair[1]));
        } else if (!line.isBlank() && !line.startsWith("#")) {
            endRow();
            title = line.split(" \\| ", -1);
            if (title.length != 3) {
                throw new AssertionError("not 'what | rule | outcome': " + line);
            }
        }
    }

    private void endRow() {
        if (title == null) {
            return;
        }
        rows.add(new Row(group, title[0], title[1], title[2].strip(), lines, requests, responses));
        title = null;
        lines = new ArrayList<>();
        requests = new ArrayList<>();
        responses = new ArrayList<>();
    }

    private String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        Matcher escapes = ESCAPE.matcher(text);
        while (escapes.find()) {
            escapes.appendReplacement(plain, "");
            if (escapes.group(1) != null) {
                String let = lets.get(escapes.group(1));
                if (let == null) {
                    throw new AssertionError("never let: " + escapes.group());
                }
                plain.append(let);
            } else if (escapes.group(2) != null) {
                plain.append(symbols(escapes.group(2)).repeat(Integer.parseInt(escapes.group(3))));
            } else {
                plain.append((char) Integer.parseInt(escapes.group(4), 16));
            }
        }
        return symbols(escapes.appendTail(plain).toString());
    }

    private static String symbols(String text) {
        String plain = text;
        for (Map.Entry<String, String> symbol : SYMBOLS.entrySet()) {
            plain = plain.replace(symbol.getKey(), symbol.getValue());
        }
        return plain;
    }
}
