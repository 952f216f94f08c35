package io.socketmaster.protocol;

/** A peer's request that is refused: what is wrong, and the sentence that tells a person what to change. */
public class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String message) {
        super(message);
        this.code = code;
    }

    public ProtocolException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public ErrorCode code() {
        return code;
    }

    /** The status string of a reply: {@code CODE: sentence}. */
    public String toStatus() {
        return code + ": " + getMessage();
    }
}
