package io.socketmaster.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.socketmaster.server.config.DurationText;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The fields of a request's body, each of them known and of the right type. {@code null} is as good as absent. */
final class Fields {
    /** No field holds more than a value. */
    private static final int MAX_DEPTH = 4;

    private static final int MAX_PORT = 65_535;

    private static final ObjectReader READER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    // Names are chosen by clients: they must not end up in the JVM's table of strings.
                    .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .readerFor(JsonNode.class);

    private final ObjectNode body;

    private Fields(ObjectNode body) {
        this.body = body;
    }

    static Fields none() {
        return new Fields(JsonNodeFactory.instance.objectNode());
    }

    /**
     * @param known the names of the fields that may be there
     * @throws ApiException {@code BAD_JSON} or {@code UNKNOWN_FIELD}
     */
    static Fields parse(byte[] text, Set<String> known) throws ApiException {
        JsonNode tree;
        try {
            tree = READER.readTree(text);
        } catch (JsonProcessingException malformed) {
            throw ApiException.badRequest("BAD_JSON", "the body is not JSON: " + fault(malformed));
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory", impossible);
        }
        if (!(tree instanceof ObjectNode object)) {
            throw ApiException.badRequest("BAD_JSON", "the body is not a JSON object; write {\"field\": value}");
        }
        for (String name : (Iterable<String>) object::fieldNames) {
            if (!known.contains(name)) {
                throw ApiException.badRequest(
                        "UNKNOWN_FIELD",
                        "'" + name + "' means nothing here; the fields are "
                                + String.join(", ", known.stream().sorted().toList()));
            }
        }
        return new Fields(object);
    }

    /** What is wrong and where, without the parser's own names, which it puts in brackets. */
    private static String fault(JsonProcessingException malformed) {
        String what =
                malformed.getOriginalMessage().replaceFirst("(?s) \\(.*", "").replaceFirst(": was expecting$", "");
        JsonLocation where = malformed.getLocation();
        return where == null ? what : what + ", at line " + where.getLineNr() + ", column " + where.getColumnNr();
    }

    Optional<String> text(String name) throws ApiException {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isTextual()) {
            throw ApiException.badRequest("BAD_FIELD", name + " has to be a string, in quotes");
        }
        return value.map(JsonNode::textValue);
    }

    /** One of {@code words}; the first one if it is not there. */
    String oneOf(String name, List<String> words) throws ApiException {
        String word = text(name).orElse(words.get(0));
        if (!words.contains(word)) {
            throw ApiException.badRequest(
                    "BAD_FIELD", name + " '" + word + "' is not one of " + String.join(", ", words));
        }
        return word;
    }

    /** False if it is not there. */
    boolean flag(String name) throws ApiException {
        Optional<JsonNode> value = value(name);
        if (value.isPresent() && !value.get().isBoolean()) {
            throw ApiException.badRequest("BAD_FIELD", name + " has to be true or false");
        }
        return value.map(JsonNode::booleanValue).orElse(false);
    }

    /** A port. */
    Optional<Integer> port(String name) throws ApiException {
        Optional<JsonNode> value = value(name);
        if (value.isPresent()
                && (!value.get().isInt()
                        || value.get().intValue() < 0
                        || value.get().intValue() > MAX_PORT)) {
            throw ApiException.badRequest("BAD_FIELD", name + " has to be a port, a number between 0 and " + MAX_PORT);
        }
        return value.map(JsonNode::intValue);
    }

    Optional<Duration> duration(String name) throws ApiException {
        Optional<String> text = text(name);
        return text.isPresent() ? Optional.of(toDuration(name, text.get())) : Optional.empty();
    }

    /** @throws ApiException {@code BAD_DURATION} if {@code text} is none, negative, or longer than a year */
    static Duration toDuration(String name, String text) throws ApiException {
        try {
            return DurationText.parse(text);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("BAD_DURATION", name + " " + malformed.getMessage());
        }
    }

    private Optional<JsonNode> value(String name) {
        return Optional.ofNullable(body.get(name)).filter(node -> !node.isNull());
    }
}
