package io.socketmaster.protocol.control;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.wire.Text;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What service and daemon tell each other on the control stream of a version 2 session.
 *
 * <p>A deadline is the time that was left when the message was sent, not a point in time: the clocks of two machines
 * differ, the moments of sending and receiving hardly do. One beyond {@link ProtocolLimits#MAX_DURATION} is cut to it.
 */
public sealed interface ControlMessage {
    MessageType type();

    /** Service: take traffic now. */
    record Ready() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.READY;
        }
    }

    /**
     * Service: give me nothing new until I say {@link Ready} again; what runs goes on. Takes back an earlier {@link Ready},
     * and means nothing from one that was replaced or is leaving.
     *
     * @param unlessLast not if nobody else would take the traffic then; said again after a while, it may be granted
     */
    record Standby(boolean unlessLast) implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.STANDBY;
        }
    }

    /**
     * Daemon: the traffic goes to this generation now. Answers {@link Ready}; tells one that was {@link Replaced} that it was
     * taken back.
     */
    record Activated() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.ACTIVATED;
        }
    }

    /**
     * Service: give me no new streams. Daemon: an operator asks you to leave.
     *
     * @param deadline by when, from the daemon; empty from a service, whose deadline its options have set
     */
    record Drain(Optional<Duration> deadline) implements ControlMessage {
        public Drain {
            deadline = deadline.map(ControlMessage::checkedDeadline);
        }

        /** What a service sends. */
        public static Drain fromService() {
            return new Drain(Optional.empty());
        }

        /** What the daemon sends. */
        public static Drain within(Duration deadline) {
            return new Drain(Optional.of(deadline));
        }

        @Override
        public MessageType type() {
            return MessageType.DRAIN;
        }
    }

    /** Daemon: the last stream has ended; answers a service's {@link Drain}. */
    record Drained() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.DRAINED;
        }
    }

    /**
     * Service: a change without a reconnect. What is empty stays as it is. Answered by {@link Updated}, before which the
     * service sends no other one.
     *
     * @param tls a new chain and its key, always together
     * @param weight a new weight, 0 to 1000
     * @param metadata the whole new metadata
     */
    record Update(Optional<TlsMaterial> tls, OptionalInt weight, Optional<Map<String, String>> metadata)
            implements ControlMessage {
        public Update {
            Objects.requireNonNull(tls, "tls");
            if (weight.isPresent() && (weight.getAsInt() < 0 || weight.getAsInt() > ProtocolLimits.MAX_WEIGHT)) {
                throw new IllegalArgumentException(
                        "weight " + weight.getAsInt() + " is not between 0 and " + ProtocolLimits.MAX_WEIGHT);
            }
            metadata = metadata.map(Map::copyOf);
        }

        /** Changes the certificate and nothing else. */
        public static Update of(TlsMaterial tls) {
            return new Update(Optional.of(tls), OptionalInt.empty(), Optional.empty());
        }

        /** Changes the weight and nothing else. */
        public static Update of(int weight) {
            return new Update(Optional.empty(), OptionalInt.of(weight), Optional.empty());
        }

        /** Changes the metadata and nothing else. */
        public static Update of(Map<String, String> metadata) {
            return new Update(Optional.empty(), OptionalInt.empty(), Optional.of(metadata));
        }

        @Override
        public MessageType type() {
            return MessageType.UPDATE;
        }
    }

    /**
     * Daemon: what came of an {@link Update}. All of it was applied, or nothing.
     *
     * @param refusal why it was refused; empty if it was applied
     * @param message the sentence for a person that goes with the refusal; empty if there is none
     * @param warnings what was applied but deserves a look
     */
    record Updated(Optional<ErrorCode> refusal, String message, List<String> warnings) implements ControlMessage {
        /** Enough for what can be said of one certificate, and within the size of a message. */
        private static final int MAX_WARNINGS = 4;

        public Updated {
            Objects.requireNonNull(refusal, "refusal");
            message = Text.forPeople(message, ProtocolLimits.MAX_WARNING);
            warnings = warnings.stream()
                    .limit(MAX_WARNINGS)
                    .map(warning -> Text.forPeople(warning, ProtocolLimits.MAX_WARNING))
                    .toList();
        }

        /** It was applied. */
        public static Updated applied(List<String> warnings) {
            return new Updated(Optional.empty(), "", warnings);
        }

        /** It was refused, and nothing was changed. */
        public static Updated refused(ProtocolException refusal) {
            return new Updated(
                    Optional.of(refusal.code()), Objects.requireNonNullElse(refusal.getMessage(), ""), List.of());
        }

        @Override
        public MessageType type() {
            return MessageType.UPDATED;
        }
    }

    /**
     * Daemon: a newer generation has the traffic; finish what runs.
     *
     * @param deadline how long the daemon lets it run
     */
    record Replaced(Duration deadline) implements ControlMessage {
        public Replaced {
            deadline = checkedDeadline(deadline);
        }

        @Override
        public MessageType type() {
            return MessageType.REPLACED;
        }
    }

    /** Daemon: a new daemon takes over at the same address; open a session there and keep this one until it is idle. */
    record Reconnect() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.RECONNECT;
        }
    }

    /** Daemon: new traffic of this route is being held, for information. */
    record Paused() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.PAUSED;
        }
    }

    /** Daemon: the pause is over, for information. */
    record Resumed() implements ControlMessage {
        @Override
        public MessageType type() {
            return MessageType.RESUMED;
        }
    }

    /**
     * Daemon: this session is used; open up to so many further connections for it ({@link
     * io.socketmaster.protocol.handshake.LaneRequest}), so that more than one thread carries it on either side. A service that
     * does not care goes on with the one it has.
     *
     * @param count how many, from 1 to {@link ProtocolLimits#MAX_LANES}
     * @param key what each of them has to show; never logged
     */
    record Lanes(int count, String key) implements ControlMessage {
        public Lanes {
            if (count < 1 || count > ProtocolLimits.MAX_LANES) {
                throw new IllegalArgumentException(
                        "count " + count + " is not between 1 and " + ProtocolLimits.MAX_LANES);
            }
            Objects.requireNonNull(key, "key");
        }

        @Override
        public MessageType type() {
            return MessageType.LANES;
        }

        /** Hides the key. */
        @Override
        public String toString() {
            return "Lanes[count=" + count + "]";
        }
    }

    private static Duration checkedDeadline(Duration deadline) {
        if (deadline.isNegative()) {
            throw new IllegalArgumentException("deadline " + deadline + " is negative");
        }
        return deadline.compareTo(ProtocolLimits.MAX_DURATION) > 0 ? ProtocolLimits.MAX_DURATION : deadline;
    }
}
