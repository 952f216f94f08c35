package io.socketmaster.protocol.yamux;

/** Why a side opens no more streams (yamux specification, "Go Away"). */
public enum GoAwayCode {
    /** Nothing is wrong: what runs may finish. */
    NORMAL(0),
    /** The peer broke the protocol. */
    PROTOCOL_ERROR(1),
    /** The sender failed. */
    INTERNAL_ERROR(2);

    private final int wireCode;

    GoAwayCode(int wireCode) {
        this.wireCode = wireCode;
    }

    int wireCode() {
        return wireCode;
    }
}
