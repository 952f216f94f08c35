package io.socketmaster.protocol.handshake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBufUtil;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.SocketDefinition.HttpRule;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of {@code vectors/handshake-v1.json}. */
final class Vectors {
    private static final JsonNode ROOT = load();

    private Vectors() {}

    record RequestVector(String name, SocketDefinition definition, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    record ReplyVector(String name, String status, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    record HostileVector(String name, byte[] bytes) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<RequestVector> requests() {
        return rows("requests")
                .map(row -> new RequestVector(
                        row.get("name").asText(), definition(row.get("definition")), hex(row.get("request"))));
    }

    static Stream<ReplyVector> replies() {
        return rows("replies")
                .map(row -> new ReplyVector(
                        row.get("name").asText(), row.get("status").asText(), hex(row.get("reply"))));
    }

    static Stream<HostileVector> hostile() {
        return rows("hostile")
                .map(row -> new HostileVector(
                        row.get("name").asText(),
                        hex(row.has("request") ? row.get("request") : row.get("request_prefix"))));
    }

    static byte[] hostile(String name) {
        List<HostileVector> found =
                hostile().filter(row -> row.name().equals(name)).toList();
        if (found.size() != 1) {
            throw new IllegalArgumentException("there is no hostile vector " + name);
        }
        return found.get(0).bytes();
    }

    private static SocketDefinition definition(JsonNode json) {
        JsonNode http = json.get("http");
        JsonNode tls = json.get("tls");
        return new SocketDefinition(
                json.get("address").asText(),
                json.get("port").asInt(),
                Optional.ofNullable(http)
                        .map(rule -> new HttpRule(
                                rule.get("domainSuffix").asText(),
                                rule.get("pathPrefix").asText())),
                Optional.ofNullable(tls)
                        .map(pem -> new TlsMaterial(
                                pem.get("cert").asText(), pem.get("key").asText())));
    }

    private static Stream<JsonNode> rows(String table) {
        return StreamSupport.stream(ROOT.get(table).spliterator(), false);
    }

    private static byte[] hex(JsonNode text) {
        return ByteBufUtil.decodeHexDump(text.asText());
    }

    private static JsonNode load() {
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/handshake-v1.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException("the vectors cannot be read", e);
        }
    }
}
