package io.socketmaster.protocol.handshake;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.wire.JsonField;
import io.socketmaster.protocol.wire.ProtocolJson;
import java.io.IOException;

/** {@link LaneRequest} as the JSON of the extension block. */
final class LaneJson {
    private LaneJson() {}

    static LaneRequest read(String json) throws ProtocolException {
        Draft draft = new Draft();
        ProtocolJson.read(json, "extension", draft::read);
        try {
            return new LaneRequest(draft.session, draft.key);
        } catch (IllegalArgumentException e) {
            throw new ProtocolException(ErrorCode.BAD_REQUEST, "extension: " + e.getMessage(), e);
        }
    }

    static String write(LaneRequest request) {
        return ProtocolJson.write(out -> {
            out.writeStringField("session", request.session());
            out.writeStringField("key", request.key());
        });
    }

    private static final class Draft {
        private String session = "";
        private String key = "";

        void read(JsonField field) throws ProtocolException, IOException {
            switch (field.name()) {
                case "session" -> session = field.string(ProtocolLimits.MAX_NAME);
                case "key" -> key = field.string(ProtocolLimits.MAX_LANE_KEY);
                default -> {
                    // Unknown fields are ignored: they are how later versions say more.
                }
            }
        }
    }
}
