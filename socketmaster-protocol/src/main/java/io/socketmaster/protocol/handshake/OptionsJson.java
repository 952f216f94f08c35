package io.socketmaster.protocol.handshake;

import com.fasterxml.jackson.core.JsonGenerator;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Backend;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.protocol.RegistrationOptions.StreamHeader;
import io.socketmaster.protocol.wire.JsonField;
import io.socketmaster.protocol.wire.ProtocolJson;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** {@link RegistrationOptions} as the JSON of the extension block. Fields that have their default are not written. */
final class OptionsJson {
    private static final Map<String, Policy> POLICIES = words(Policy.values(), OptionsJson::wireName);
    private static final Map<String, Backend> BACKENDS = words(Backend.values(), Backend::wireName);
    private static final Map<String, StreamHeader> STREAM_HEADERS =
            words(StreamHeader.values(), StreamHeader::wireName);

    private OptionsJson() {}

    static RegistrationOptions read(String json) throws ProtocolException {
        Draft draft = new Draft();
        ProtocolJson.read(json, "extension", draft::read);
        try {
            return draft.toOptions();
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "extension: " + e.getMessage(), e);
        }
    }

    static String write(RegistrationOptions options) {
        return ProtocolJson.write(out -> writeFields(options, out));
    }

    private static void writeFields(RegistrationOptions options, JsonGenerator out) throws IOException {
        RegistrationOptions defaults = RegistrationOptions.DEFAULTS;
        writeString("name", options.name(), out);
        writeString("instance", options.instance(), out);
        if (options.policy() != defaults.policy()) {
            out.writeStringField("policy", wireName(options.policy()));
        }
        if (options.ready() != defaults.ready()) {
            out.writeBooleanField("ready", options.ready());
        }
        if (!options.hold().equals(defaults.hold())) {
            out.writeStringField("hold", options.hold().toString());
        }
        if (!options.drain().equals(defaults.drain())) {
            out.writeStringField("drain", options.drain().toString());
        }
        if (options.backend().isPresent()) {
            out.writeStringField("backend", options.backend().get().wireName());
        }
        if (options.streamHeader() != defaults.streamHeader()) {
            out.writeStringField("streamHeader", options.streamHeader().wireName());
        }
        writeStrings("sni", options.sni(), out);
        writeStrings("hosts", options.hosts(), out);
        writeStrings("alpn", options.alpn(), out);
        if (options.weight() != defaults.weight()) {
            out.writeNumberField("weight", options.weight());
        }
        writeString("token", options.token(), out);
        if (!options.metadata().isEmpty()) {
            out.writeObjectFieldStart("metadata");
            for (Map.Entry<String, String> entry : options.metadata().entrySet()) {
                out.writeStringField(entry.getKey(), entry.getValue());
            }
            out.writeEndObject();
        }
        writeString("client", options.client(), out);
    }

    private static void writeString(String field, String value, JsonGenerator out) throws IOException {
        if (!value.isEmpty()) {
            out.writeStringField(field, value);
        }
    }

    private static void writeStrings(String field, Collection<String> values, JsonGenerator out) throws IOException {
        if (!values.isEmpty()) {
            out.writeArrayFieldStart(field);
            for (String value : values) {
                out.writeString(value);
            }
            out.writeEndArray();
        }
    }

    private static String wireName(Policy policy) {
        return policy.name().toLowerCase(Locale.ROOT);
    }

    private static <T> Map<String, T> words(T[] values, Function<T, String> wireName) {
        Map<String, T> words = new LinkedHashMap<>();
        for (T value : values) {
            words.put(wireName.apply(value), value);
        }
        return words;
    }

    /** Options while their fields come in, in whatever order. Starts with the defaults. */
    private static final class Draft {
        private String name = RegistrationOptions.DEFAULTS.name();
        private String instance = RegistrationOptions.DEFAULTS.instance();
        private Policy policy = RegistrationOptions.DEFAULTS.policy();
        private boolean ready = RegistrationOptions.DEFAULTS.ready();
        private Duration hold = RegistrationOptions.DEFAULTS.hold();
        private Duration drain = RegistrationOptions.DEFAULTS.drain();
        private Optional<Backend> backend = RegistrationOptions.DEFAULTS.backend();
        private StreamHeader streamHeader = RegistrationOptions.DEFAULTS.streamHeader();
        private List<String> sni = RegistrationOptions.DEFAULTS.sni();
        private List<String> hosts = RegistrationOptions.DEFAULTS.hosts();
        private List<String> alpn = RegistrationOptions.DEFAULTS.alpn();
        private int weight = RegistrationOptions.DEFAULTS.weight();
        private String token = RegistrationOptions.DEFAULTS.token();
        private Map<String, String> metadata = RegistrationOptions.DEFAULTS.metadata();
        private String client = RegistrationOptions.DEFAULTS.client();

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "name" -> name = field.string(ProtocolLimits.MAX_NAME);
                case "instance" -> instance = field.string(ProtocolLimits.MAX_NAME);
                case "policy" -> policy = field.oneOf(POLICIES);
                case "ready" -> ready = field.bool();
                case "hold" -> hold = field.duration();
                case "drain" -> drain = field.duration();
                case "backend" -> backend = Optional.of(field.oneOf(BACKENDS));
                case "streamHeader" -> streamHeader = field.oneOf(STREAM_HEADERS);
                case "sni" -> sni = field.strings(ProtocolLimits.MAX_HOSTS, ProtocolLimits.MAX_HOST);
                case "hosts" -> hosts = field.strings(ProtocolLimits.MAX_HOSTS, ProtocolLimits.MAX_HOST);
                case "alpn" -> alpn = field.strings(ProtocolLimits.MAX_ALPN, ProtocolLimits.MAX_ALPN_NAME);
                case "weight" -> weight = (int) field.integer(0, ProtocolLimits.MAX_WEIGHT);
                case "token" -> token = field.string(ProtocolLimits.MAX_TOKEN);
                case "metadata" ->
                    metadata = field.stringMap(
                            ProtocolLimits.MAX_METADATA,
                            ProtocolLimits.MAX_METADATA_KEY,
                            ProtocolLimits.MAX_METADATA_VALUE);
                case "client" -> client = field.string(ProtocolLimits.MAX_NAME);
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }

        RegistrationOptions toOptions() {
            return new RegistrationOptions(
                    name,
                    instance,
                    policy,
                    ready,
                    hold,
                    drain,
                    backend,
                    streamHeader,
                    sni,
                    hosts,
                    alpn,
                    weight,
                    token,
                    metadata,
                    client);
        }
    }
}
