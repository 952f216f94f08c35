package io.socketmaster.client;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.io.IOException;

/** Why a service is not registered, or not any more. The message names the fault and what to do about it. */
public final class SocketMasterException extends IOException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final String sentence;

    public SocketMasterException(ErrorCode code, String sentence, Throwable cause) {
        super(code + ": " + sentence, cause);
        this.code = code;
        this.sentence = sentence;
    }

    static SocketMasterException of(ProtocolException cause) {
        return new SocketMasterException(cause.code(), cause.getMessage(), cause);
    }

    /** The same fault for another caller, whose stack it shows. */
    SocketMasterException again(String prefix) {
        return new SocketMasterException(code, prefix + sentence, this);
    }

    /** What kind of fault it is. */
    public ErrorCode code() {
        return code;
    }

    /** Whether the same call may succeed later without a change, as when no daemon runs yet. */
    public boolean isRetryable() {
        return code.isRetryable();
    }
}
