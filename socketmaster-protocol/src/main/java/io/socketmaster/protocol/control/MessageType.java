package io.socketmaster.protocol.control;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The types of control messages, and who may send each. */
public enum MessageType {
    READY("ready", true, false),
    STANDBY("standby", true, false),
    ACTIVATED("activated", false, true),
    DRAIN("drain", true, true),
    DRAINED("drained", false, true),
    UPDATE("update", true, false),
    UPDATED("updated", false, true),
    REPLACED("replaced", false, true),
    RECONNECT("reconnect", false, true),
    PAUSED("paused", false, true),
    RESUMED("resumed", false, true),
    LANES("lanes", false, true);

    private static final Map<String, MessageType> BY_WIRE_NAME = new LinkedHashMap<>();

    static {
        for (MessageType type : values()) {
            BY_WIRE_NAME.put(type.wireName, type);
        }
    }

    private final String wireName;
    private final boolean sentByService;
    private final boolean sentByDaemon;

    MessageType(String wireName, boolean sentByService, boolean sentByDaemon) {
        this.wireName = wireName;
        this.sentByService = sentByService;
        this.sentByDaemon = sentByDaemon;
    }

    /** The value of {@code type} in JSON. */
    public String wireName() {
        return wireName;
    }

    /** Whether {@code side} may send it. */
    public boolean isSentBy(Side side) {
        return side == Side.SERVICE ? sentByService : sentByDaemon;
    }

    /** The type of that name that {@code sender} may send, if this version knows one. */
    static Optional<MessageType> find(String wireName, Side sender) {
        return Optional.ofNullable(BY_WIRE_NAME.get(wireName)).filter(type -> type.isSentBy(sender));
    }
}
