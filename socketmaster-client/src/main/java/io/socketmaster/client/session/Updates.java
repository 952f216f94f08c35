package io.socketmaster.client.session;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.control.ControlMessage;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Changes of a registration that stands: sent one at a time, because an answer does not say which one it is for. One whose
 * session is lost before its answer is sent again on the next session. Fields belong to the registration's loop.
 */
final class Updates {
    /** More than a service can mean; there to bound memory. */
    private static final int MAX_WAITING = 16;

    private record Pending(ControlMessage.Update change, CompletableFuture<List<String>> answer) {}

    private final ArrayDeque<Pending> waiting = new ArrayDeque<>();
    /** Whether the first one was sent and has no answer yet. */
    private boolean underWay;

    void add(ControlMessage.Update change, CompletableFuture<List<String>> answer) {
        if (waiting.size() >= MAX_WAITING) {
            answer.completeExceptionally(new ProtocolException(
                    ErrorCode.LIMIT, MAX_WAITING + " updates wait for their answers already; wait for some of them"));
        } else {
            waiting.add(new Pending(change, answer));
        }
    }

    /** Sends the first that waits, if none is under way. One that cannot be sent fails, and the next has its turn. */
    void sendNext(Session session) {
        while (!underWay && !waiting.isEmpty()) {
            try {
                session.update(waiting.peek().change);
                underWay = true;
            } catch (ProtocolException e) {
                waiting.remove().answer.completeExceptionally(e);
            }
        }
    }

    /** The one under way was answered; it is returned if it was applied. */
    Optional<ControlMessage.Update> answered(ControlMessage.Updated updated) {
        if (!underWay) {
            return Optional.empty();
        }
        underWay = false;
        Pending first = waiting.remove();
        if (updated.refusal().isPresent()) {
            first.answer.completeExceptionally(
                    new ProtocolException(updated.refusal().get(), updated.message()));
            return Optional.empty();
        }
        first.answer.complete(updated.warnings());
        return Optional.of(first.change);
    }

    void sessionLost() {
        underWay = false;
    }

    /** Nothing is sent any more. */
    void end(ProtocolException cause) {
        waiting.forEach(each -> each.answer.completeExceptionally(cause));
        waiting.clear();
        underWay = false;
    }
}
