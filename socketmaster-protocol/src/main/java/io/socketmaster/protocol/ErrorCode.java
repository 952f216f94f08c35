package io.socketmaster.protocol;

/**
 * Why a registration was refused. The name is also the first word of a version 1 error text
 * ({@code CODE: sentence for a person}).
 */
public enum ErrorCode {
    /** The request does not follow the protocol or asks for something impossible. */
    BAD_REQUEST(false),
    /** The certificate or key cannot be used, or do not belong together. */
    BAD_CERT(false),
    /** Another program holds the port. */
    PORT_IN_USE(true),
    /** The daemon may not bind the port. */
    PORT_DENIED(false),
    /** What is registered on the port already could not be told apart from this by its first bytes. */
    KIND_CONFLICT(false),
    /** The name belongs to another owner, or is held under the policy {@code exclusive}. */
    NAME_OWNED(false),
    /** The caller may not do this. */
    DENIED(false),
    /** A limit of the daemon is reached. */
    LIMIT(true),
    /** The daemon cannot be reached, or is stopping. */
    UNAVAILABLE(true);

    private final boolean retryable;

    ErrorCode(boolean retryable) {
        this.retryable = retryable;
    }

    /** Whether the same request may succeed later without being changed. */
    public boolean isRetryable() {
        return retryable;
    }
}
