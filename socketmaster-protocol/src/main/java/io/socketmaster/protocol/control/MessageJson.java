package io.socketmaster.protocol.control;

import com.fasterxml.jackson.core.JsonGenerator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.control.ControlMessage.Activated;
import io.socketmaster.protocol.control.ControlMessage.Drain;
import io.socketmaster.protocol.control.ControlMessage.Drained;
import io.socketmaster.protocol.control.ControlMessage.Lanes;
import io.socketmaster.protocol.control.ControlMessage.Paused;
import io.socketmaster.protocol.control.ControlMessage.Ready;
import io.socketmaster.protocol.control.ControlMessage.Reconnect;
import io.socketmaster.protocol.control.ControlMessage.Replaced;
import io.socketmaster.protocol.control.ControlMessage.Resumed;
import io.socketmaster.protocol.control.ControlMessage.Standby;
import io.socketmaster.protocol.control.ControlMessage.Update;
import io.socketmaster.protocol.control.ControlMessage.Updated;
import io.socketmaster.protocol.wire.JsonField;
import io.socketmaster.protocol.wire.ProtocolJson;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** {@link ControlMessage}s as JSON objects with a {@code type}. */
final class MessageJson {
    /** Longest type that may still be one of a later version. */
    private static final int MAX_TYPE = ProtocolLimits.MAX_WORD;

    private MessageJson() {}

    /**
     * The message, or empty if {@code sender} has no message of that type as far as this version knows. The object is read
     * twice, first for its type, which may stand anywhere: a field's meaning in a type that nobody knows is unknown too.
     */
    static Optional<ControlMessage> read(String json, Side sender) throws ProtocolException {
        Optional<MessageType> type = MessageType.find(readType(json), sender);
        return type.isEmpty() ? Optional.empty() : Optional.of(read(json, type.get()));
    }

    static String write(ControlMessage message) {
        return ProtocolJson.write(out -> {
            out.writeStringField("type", message.type().wireName());
            if (message instanceof Drain drain && drain.deadline().isPresent()) {
                out.writeStringField("deadline", drain.deadline().get().toString());
            } else if (message instanceof Replaced replaced) {
                out.writeStringField("deadline", replaced.deadline().toString());
            } else if (message instanceof Standby standby && standby.unlessLast()) {
                out.writeBooleanField("unlessLast", true);
            } else if (message instanceof Lanes lanes) {
                out.writeNumberField("count", lanes.count());
                out.writeStringField("key", lanes.key());
            } else if (message instanceof Update update) {
                writeUpdate(update, out);
            } else if (message instanceof Updated updated) {
                writeUpdated(updated, out);
            }
        });
    }

    private static void writeUpdate(Update update, JsonGenerator out) throws IOException {
        if (update.tls().isPresent()) {
            out.writeStringField("certificate", update.tls().get().certificatePem());
            out.writeStringField("key", update.tls().get().keyPem());
        }
        if (update.weight().isPresent()) {
            out.writeNumberField("weight", update.weight().getAsInt());
        }
        if (update.metadata().isPresent()) {
            out.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> entry : update.metadata().get().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
    }

    private static void writeUpdated(Updated updated, JsonGenerator out) throws IOException {
        if (updated.refusal().isPresent()) {
            ErrorCode code = updated.refusal().get();
            out.writeStringField("code", code.name());
            out.writeStringField("message", updated.message());
            out.writeBooleanField("retryable", code.isRetryable());
        }
        if (!updated.warnings().isEmpty()) {
            out.writeArrayFieldStart("warnings");
            for (String warning : updated.warnings()) {
                out.writeString(warning);
            }
            out.writeEndArray();
        }
    }

    private static String readType(String json) throws ProtocolException {
        TypeOnly found = new TypeOnly();
        ProtocolJson.read(json, "control message", found::read);
        return found.type.orElseThrow(() -> bad("control message has no type"));
    }

    private static ControlMessage read(String json, MessageType type) throws ProtocolException {
        return switch (type) {
            case READY -> new Ready();
            case ACTIVATED -> new Activated();
            case DRAINED -> new Drained();
            case RECONNECT -> new Reconnect();
            case PAUSED -> new Paused();
            case RESUMED -> new Resumed();
            case STANDBY -> {
                UnlessLastOnly found = new UnlessLastOnly();
                ProtocolJson.read(json, "control message standby", found::read);
                yield new Standby(found.unlessLast);
            }
            case DRAIN -> new Drain(readDeadline(json, type));
            case REPLACED ->
                new Replaced(
                        readDeadline(json, type).orElseThrow(() -> bad("control message replaced has no deadline")));
            case LANES -> {
                LanesDraft draft = new LanesDraft();
                ProtocolJson.read(json, "control message lanes", draft::read);
                yield draft.toLanes();
            }
            case UPDATED -> {
                UpdatedDraft draft = new UpdatedDraft();
                ProtocolJson.read(json, "control message updated", draft::read);
                yield draft.toUpdated();
            }
            case UPDATE -> {
                UpdateDraft draft = new UpdateDraft();
                ProtocolJson.read(json, "control message update", draft::read);
                yield draft.toUpdate();
            }
        };
    }

    private static Optional<Duration> readDeadline(String json, MessageType type) throws ProtocolException {
        DeadlineOnly found = new DeadlineOnly();
        ProtocolJson.read(json, "control message " + type.wireName(), found::read);
        return found.deadline;
    }

    private static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_REQUEST, message);
    }

    private static final class TypeOnly {
        private Optional<String> type = Optional.empty();

        void read(JsonField field) throws ProtocolException, IOException {
            if (field.name().equals("type")) {
                type = Optional.of(field.string(MAX_TYPE));
            }
        }
    }

    private static final class DeadlineOnly {
        private Optional<Duration> deadline = Optional.empty();

        void read(JsonField field) throws ProtocolException, IOException {
            if (field.name().equals("deadline")) {
                deadline = Optional.of(field.duration());
            }
        }
    }

    private static final class UnlessLastOnly {
        private boolean unlessLast;

        void read(JsonField field) throws ProtocolException, IOException {
            if (field.name().equals("unlessLast")) {
                unlessLast = field.bool();
            }
        }
    }

    private static final class LanesDraft {
        private int count;
        private String key = "";

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "count" -> count = (int) field.integer(1, ProtocolLimits.MAX_LANES);
                case "key" -> key = field.string(ProtocolLimits.MAX_LANE_KEY);
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }

        Lanes toLanes() throws ProtocolException {
            if (count == 0 || key.isEmpty()) {
                throw bad("control message lanes has no " + (count == 0 ? "count" : "key"));
            }
            return new Lanes(count, key);
        }
    }

    private static final class UpdatedDraft {
        private Optional<String> code = Optional.empty();
        private String message = "";
        private boolean retryable;
        private List<String> warnings = List.of();

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "code" -> code = Optional.of(field.string(ProtocolLimits.MAX_WORD));
                case "message" -> message = field.text(ProtocolLimits.MAX_MESSAGE_FROM_DAEMON);
                case "retryable" -> retryable = field.bool();
                case "warnings" ->
                    warnings = field.texts(ProtocolLimits.MAX_WARNINGS, ProtocolLimits.MAX_MESSAGE_FROM_DAEMON);
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }

        Updated toUpdated() {
            return new Updated(code.map(this::known), message, warnings);
        }

        /** A code that this version does not know is taken for the one that asks the caller for the same. */
        private ErrorCode known(String given) {
            for (ErrorCode each : ErrorCode.values()) {
                if (each.name().equals(given)) {
                    return each;
                }
            }
            return retryable ? ErrorCode.UNAVAILABLE : ErrorCode.BAD_REQUEST;
        }
    }

    private static final class UpdateDraft {
        private Optional<String> certificate = Optional.empty();
        private Optional<String> key = Optional.empty();
        private OptionalInt weight = OptionalInt.empty();
        private Optional<Map<String, String>> metadata = Optional.empty();

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "certificate" -> certificate = Optional.of(field.text(ProtocolLimits.MAX_PEM));
                case "key" -> key = Optional.of(field.text(ProtocolLimits.MAX_PEM));
                case "weight" -> weight = OptionalInt.of((int) field.integer(0, ProtocolLimits.MAX_WEIGHT));
                case "metadata" ->
                    metadata = Optional.of(field.stringMap(
                            ProtocolLimits.MAX_METADATA,
                            ProtocolLimits.MAX_METADATA_KEY,
                            ProtocolLimits.MAX_METADATA_VALUE));
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }

        Update toUpdate() throws ProtocolException {
            if (certificate.isPresent() != key.isPresent()) {
                throw bad("control message update has a "
                        + (key.isPresent() ? "key without its certificate" : "certificate without its key")
                        + "; send both");
            }
            Optional<TlsMaterial> tls = certificate.map(chain -> new TlsMaterial(chain, key.orElseThrow()));
            return new Update(tls, weight, metadata);
        }
    }
}
