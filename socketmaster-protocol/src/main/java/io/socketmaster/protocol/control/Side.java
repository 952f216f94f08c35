package io.socketmaster.protocol.control;

import io.socketmaster.protocol.ProtocolLimits;

/** The two ends of a control stream. */
public enum Side {
    SERVICE(ProtocolLimits.MAX_MESSAGE_FROM_SERVICE),
    DAEMON(ProtocolLimits.MAX_MESSAGE_FROM_DAEMON);

    private final int maxMessage;

    Side(int maxMessage) {
        this.maxMessage = maxMessage;
    }

    /** Most bytes of a message that this side may send, without its length. */
    public int maxMessage() {
        return maxMessage;
    }
}
