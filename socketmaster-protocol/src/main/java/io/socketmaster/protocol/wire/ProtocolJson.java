package io.socketmaster.protocol.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;

/**
 * JSON objects of the protocol, read as a stream of fields: what nobody asks for is skipped and costs no memory, what is
 * asked for is checked and counted before it is kept. There is no tree and no mapping by reflection.
 *
 * <p>Rules: unknown fields are ignored; {@code null} means that the field is absent (as some languages write it); a field
 * of the wrong type or one that comes twice is {@code BAD_REQUEST}. Safe for any thread.
 */
public final class ProtocolJson {
    /** Deepest nesting that is looked at; what the protocol defines needs 2. */
    private static final int MAX_DEPTH = 16;

    /** Longest field name, known or not. */
    private static final int MAX_FIELD_NAME = 256;

    /** Longest number; 64 bits need 20. */
    private static final int MAX_NUMBER = 32;

    private static final JsonFactory FACTORY = new JsonFactoryBuilder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNameLength(MAX_FIELD_NAME)
                    .maxNumberLength(MAX_NUMBER)
                    .maxStringLength(ProtocolLimits.MAX_PEM)
                    .build())
            // Names are chosen by peers: they must not end up in the JVM's table of strings or in a shared one.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
            .build();

    private ProtocolJson() {}

    /** What to do with each field of an object. */
    @FunctionalInterface
    public interface FieldReader {
        /** Takes the field's value, or ignores it by not touching it. */
        void read(JsonField field) throws ProtocolException, IOException;
    }

    /** What to write between the braces of an object. */
    @FunctionalInterface
    public interface FieldWriter {
        void write(JsonGenerator out) throws IOException;
    }

    /**
     * Reads one object and nothing after it.
     *
     * @param what names the object in errors, such as {@code extension}
     * @throws ProtocolException {@link ErrorCode#BAD_REQUEST}, naming the field or the place
     */
    public static void read(String json, String what, FieldReader reader) throws ProtocolException {
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, what + " is not a JSON object");
            }
            Set<String> taken = new HashSet<>();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                JsonField field = new JsonField(parser, parser.currentName(), taken);
                if (parser.nextToken() != JsonToken.VALUE_NULL) {
                    reader.read(field);
                    // Passes over what the reader left; does nothing where it has read to the end.
                    parser.skipChildren();
                }
            }
            if (parser.nextToken() != null) {
                throw new ProtocolException(ErrorCode.BAD_REQUEST, what + " goes on after its JSON object");
            }
        } catch (StreamConstraintsException e) {
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    what + " holds a string, name or number that is too long, or is nested deeper than " + MAX_DEPTH);
        } catch (JsonProcessingException e) {
            // Neither Jackson's message nor the cause is passed on: both may quote what stands there, which may be a
            // token.
            throw new ProtocolException(
                    ErrorCode.BAD_REQUEST,
                    what + " is not valid JSON at character " + e.getLocation().getCharOffset());
        } catch (IOException e) {
            throw new UncheckedIOException("reading a string cannot fail", e);
        }
    }

    /** One object with the fields that {@code writer} writes. */
    public static String write(FieldWriter writer) {
        StringWriter json = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(json)) {
            out.writeStartObject();
            writer.write(out);
            out.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("writing a string cannot fail", e);
        }
        return json.toString();
    }
}
