package io.socketmaster.protocol.handshake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.handshake.HandshakeReply.Details;
import io.socketmaster.protocol.handshake.HandshakeReply.Failure;
import io.socketmaster.protocol.wire.JsonField;
import io.socketmaster.protocol.wire.ProtocolJson;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** A reply's {@link Details} as JSON. What is empty is not written. */
final class DetailsJson {
    private DetailsJson() {}

    static Details read(String json) throws ProtocolException {
        Draft draft = new Draft();
        ProtocolJson.read(json, "reply", draft::read);
        return draft.toDetails();
    }

    static String write(Details details) {
        return ProtocolJson.write(out -> writeFields(details, out));
    }

    private static void writeFields(Details details, JsonGenerator out) throws IOException {
        if (!details.session().isEmpty()) {
            out.writeStringField("session", details.session());
        }
        if (details.generation() != 0) {
            out.writeNumberField("generation", details.generation());
        }
        writeStrings("bound", details.bound(), out);
        if (!details.route().isEmpty()) {
            out.writeStringField("route", details.route());
        }
        writeStrings("warnings", details.warnings(), out);
        writeStrings("features", details.features(), out);
        if (details.failure().isPresent()) {
            Failure failure = details.failure().get();
            out.writeStringField("code", failure.code());
            out.writeStringField("message", failure.message());
            out.writeBooleanField("retryable", failure.retryable());
        }
    }

    private static void writeStrings(String field, List<String> values, JsonGenerator out) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(field);
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
    }

    /** Details while their fields come in, in whatever order. */
    private static final class Draft {
        private String session = "";
        private long generation;
        private List<String> bound = List.of();
        private String route = "";
        private List<String> warnings = List.of();
        private List<String> features = List.of();
        private Optional<String> code = Optional.empty();
        private String message = "";
        private boolean retryable;

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "session" -> session = field.string(ProtocolLimits.MAX_NAME);
                case "generation" -> generation = field.integer(0, Long.MAX_VALUE);
                case "bound" -> bound = field.strings(ProtocolLimits.MAX_BOUND, ProtocolLimits.MAX_ADDRESS);
                case "route" -> route = field.text(ProtocolLimits.MAX_REPLY_JSON);
                case "warnings" -> warnings = field.texts(ProtocolLimits.MAX_WARNINGS, ProtocolLimits.MAX_REPLY_JSON);
                case "features" -> features = field.strings(ProtocolLimits.MAX_FEATURES, ProtocolLimits.MAX_WORD);
                case "code" -> code = Optional.of(field.string(ProtocolLimits.MAX_WORD));
                case "message" -> message = field.text(ProtocolLimits.MAX_REPLY_JSON);
                case "retryable" -> retryable = field.bool();
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }

        Details toDetails() {
            return new Details(
                    session,
                    generation,
                    bound,
                    route,
                    warnings,
                    features,
                    code.map(given -> new Failure(given, message, retryable)));
        }
    }
}
