package io.socketmaster.protocol.yamux;

/**
 * Which directions of a stream are open.
 *
 * <pre>
 *                 finishSent                 finishReceived
 *   OPEN ───────────────▶ LOCAL_FINISHED ───────────────▶ ENDED
 *     │  finishReceived                      finishSent      ▲
 *     └─────────────────▶ REMOTE_FINISHED ────────────────▶──┤
 *        reset, from any state ─────────────────────────────▶┘
 * </pre>
 *
 * Sending FIN twice would make a peer drop the whole session, so the second is an error of ours. Receiving it twice is
 * the peer's, and changes nothing.
 */
enum StreamState {
    OPEN,
    LOCAL_FINISHED,
    REMOTE_FINISHED,
    ENDED;

    boolean canSend() {
        return this == OPEN || this == REMOTE_FINISHED;
    }

    boolean canReceive() {
        return this == OPEN || this == LOCAL_FINISHED;
    }

    StreamState finishSent() {
        return switch (this) {
            case OPEN -> LOCAL_FINISHED;
            case REMOTE_FINISHED -> ENDED;
            case LOCAL_FINISHED, ENDED -> throw new IllegalStateException("FIN was sent already, or the stream ended");
        };
    }

    StreamState finishReceived() {
        return switch (this) {
            case OPEN -> REMOTE_FINISHED;
            case LOCAL_FINISHED, ENDED -> ENDED;
            case REMOTE_FINISHED -> REMOTE_FINISHED;
        };
    }
}
