package io.socketmaster.cli.proxy;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * Reads a YAML file of values under names, {@code proxy: {tls: {cert: c.pem}}}, into {@code proxy.tls.cert} and {@code c.pem}. A
 * name that is not known is an error: it would have been meant for something.
 */
final class TcpauseFile {
    /** A thousand times what such a file holds. */
    private static final int MAX_BYTES = 256 * 1024;

    private final Path file;
    private final Collection<String> known;
    private final Map<String, String> values = new LinkedHashMap<>();
    private final Set<String> seen = new HashSet<>();

    private TcpauseFile(Path file, Collection<String> known) {
        this.file = file;
        this.known = known;
    }

    /**
     * @param known the names that there are
     * @throws IllegalArgumentException in one line: file, line, fault and remedy
     */
    static Map<String, String> read(Path file, Collection<String> known) {
        String text = text(file);
        LoadSettings settings = LoadSettings.builder()
                .setLabel(file.toString())
                .setCodePointLimit(MAX_BYTES)
                .build();
        try {
            Optional<Node> root = new Compose(settings).composeString(text);
            TcpauseFile reader = new TcpauseFile(file, known);
            if (root.isPresent()) {
                reader.readAll("", root.get());
            }
            return reader.values;
        } catch (MarkedYamlEngineException e) {
            throw new IllegalArgumentException(
                    file + e.getProblemMark().map(TcpauseFile::line).orElse("") + ": this is not YAML: "
                            + e.getProblem() + "; correct the line",
                    e);
        } catch (YamlEngineException e) {
            throw new IllegalArgumentException(
                    file + ": this is not YAML: "
                            + e.getMessage().lines().findFirst().orElse("") + "; correct the file",
                    e);
        }
    }

    private static String text(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                throw new IllegalArgumentException(
                        file + ": this is larger than " + MAX_BYTES + " bytes; is it the configuration?");
            }
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + ": there is no such file; correct --config", e);
        } catch (MalformedInputException e) {
            throw new IllegalArgumentException(file + ": this is not UTF-8; is it the configuration?", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + ": cannot be read (" + e.getMessage() + "); correct --config", e);
        }
    }

    private void readAll(String prefix, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            throw fault(
                    node, (prefix.isEmpty() ? "the file" : prefix) + " holds no names with values; write name: value");
        }
        for (NodeTuple entry : mapping.getValue()) {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                throw fault(entry.getKeyNode(), "a name has to be a word");
            }
            String name = prefix.isEmpty() ? key.getValue() : prefix + "." + key.getValue();
            read(name, key, entry.getValueNode());
        }
    }

    private void read(String name, ScalarNode key, Node value) {
        if (!seen.add(name)) {
            throw fault(key, name + " is there twice; leave one out");
        }
        boolean isGroup = known.stream().anyMatch(each -> each.startsWith(name + "."));
        if (isGroup) {
            if (!(value instanceof ScalarNode empty && empty.getValue().isEmpty())) {
                readAll(name, value);
            }
        } else if (!known.contains(name)) {
            throw fault(
                    key,
                    "'" + name + "' means nothing here; the names are "
                            + String.join(", ", known.stream().sorted().toList()));
        } else if (value instanceof ScalarNode scalar) {
            values.put(name, scalar.getValue());
        } else {
            throw fault(value, name + " has to be one value");
        }
    }

    private IllegalArgumentException fault(Node at, String sentence) {
        return new IllegalArgumentException(
                file + at.getStartMark().map(TcpauseFile::line).orElse("") + ": " + sentence);
    }

    private static String line(Mark mark) {
        return ":" + (mark.getLine() + 1);
    }
}
