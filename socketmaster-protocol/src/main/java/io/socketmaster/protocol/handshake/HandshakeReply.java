package io.socketmaster.protocol.handshake;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.ProtocolLimits;
import io.socketmaster.protocol.wire.Text;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What the daemon answers to a {@link HandshakeRequest}.
 *
 * <p>Texts for people ({@code status}, {@code route}, {@code warnings} and an error's message) are made safe and cut to
 * their limits by these records, on both sides: an answer must not fail because of what it quotes, and a daemon must not
 * steer the terminal of whoever reads it. Texts for programs are checked instead.
 *
 * @param status {@code OK}, or {@code CODE: sentence}; daemons of version 1 may send any text
 * @param details what version 2 adds; empty: the reply is version 1
 */
public record HandshakeReply(String status, Optional<Details> details) {
    /** The status of a registration that stands. */
    public static final String OK = "OK";

    public HandshakeReply {
        status = Text.forPeople(status, ProtocolLimits.MAX_STATUS);
        Objects.requireNonNull(details, "details");
        if (OK.equals(status) && details.flatMap(Details::failure).isPresent()) {
            throw new IllegalArgumentException("the status is OK, and yet there is an error code");
        }
    }

    /** The registration stands; for version 2 peers. */
    public static HandshakeReply ok(Details details) {
        return new HandshakeReply(OK, Optional.of(details));
    }

    /** The registration stands; for version 1 peers. */
    public static HandshakeReply okV1() {
        return new HandshakeReply(OK, Optional.empty());
    }

    /** The registration is refused; for version 2 peers. */
    public static HandshakeReply error(ProtocolException refusal) {
        Failure failure = new Failure(
                refusal.code().name(), sentence(refusal), refusal.code().isRetryable());
        return new HandshakeReply(refusal.toStatus(), Optional.of(Details.refused(failure)));
    }

    /** The registration is refused; for version 1 peers. */
    public static HandshakeReply errorV1(ProtocolException refusal) {
        return new HandshakeReply(refusal.toStatus(), Optional.empty());
    }

    public boolean isOk() {
        return OK.equals(status);
    }

    /**
     * The refusal as the exception for the caller; empty if {@link #isOk()}. A code that this version does not know becomes
     * {@link ErrorCode#UNAVAILABLE} if the daemon calls it retryable, and {@link ErrorCode#BAD_REQUEST} otherwise, with the
     * daemon's whole text as message. The same holds for the free text of a version 1 daemon, which says nothing of retrying.
     */
    public Optional<ProtocolException> refusal() {
        if (isOk()) {
            return Optional.empty();
        }
        return Optional.of(
                details.flatMap(Details::failure).map(Failure::toException).orElseGet(this::refusalFromStatus));
    }

    private ProtocolException refusalFromStatus() {
        int colon = status.indexOf(": ");
        Optional<ErrorCode> code = colon < 0 ? Optional.empty() : known(status.substring(0, colon));
        return code.map(known -> new ProtocolException(known, status.substring(colon + 2)))
                .orElseGet(() -> new ProtocolException(ErrorCode.BAD_REQUEST, status));
    }

    private static String sentence(ProtocolException refusal) {
        return Objects.requireNonNullElse(refusal.getMessage(), "");
    }

    private static Optional<ErrorCode> known(String code) {
        for (ErrorCode known : ErrorCode.values()) {
            if (known.name().equals(code)) {
                return Optional.of(known);
            }
        }
        return Optional.empty();
    }

    /**
     * What version 2 adds to the status.
     *
     * @param session the daemon's id of the session, empty after a refusal
     * @param generation which registration of the same owner and name this is; 0 after a refusal
     * @param bound the addresses actually bound, each {@code host:port}, an IPv6 address in brackets
     * @param route the route as the daemon shows it to people
     * @param warnings what stands but deserves a look, such as an expired certificate
     * @param features what this daemon can do, one word each
     * @param failure why it was refused; empty if it was not
     */
    public record Details(
            String session,
            long generation,
            List<String> bound,
            String route,
            List<String> warnings,
            List<String> features,
            Optional<Failure> failure) {

        /** @throws IllegalArgumentException if a text for programs is unprintable or beyond its {@link ProtocolLimits} */
        public Details {
            requireWord("session", session, ProtocolLimits.MAX_NAME);
            if (generation < 0) {
                throw new IllegalArgumentException("generation " + generation + " is negative");
            }
            bound = words("bound", bound, ProtocolLimits.MAX_BOUND, ProtocolLimits.MAX_ADDRESS);
            route = Text.forPeople(route, ProtocolLimits.MAX_SENTENCE);
            warnings = warnings.stream()
                    .limit(ProtocolLimits.MAX_WARNINGS)
                    .map(warning -> Text.forPeople(warning, ProtocolLimits.MAX_WARNING))
                    .toList();
            features = words("features", features, ProtocolLimits.MAX_FEATURES, ProtocolLimits.MAX_WORD);
            Objects.requireNonNull(failure, "failure");
        }

        /** The details of a registration that stands. */
        public static Details registered(
                String session,
                long generation,
                List<String> bound,
                String route,
                List<String> warnings,
                List<String> features) {
            return new Details(session, generation, bound, route, warnings, features, Optional.empty());
        }

        /** The details of a refusal. */
        public static Details refused(Failure failure) {
            return new Details("", 0, List.of(), "", List.of(), List.of(), Optional.of(failure));
        }

        private static List<String> words(String field, List<String> words, int maxCount, int limit) {
            if (words.size() > maxCount) {
                throw new IllegalArgumentException(field + " has " + words.size() + " entries, more than " + maxCount);
            }
            words.forEach(word -> requireWord(field, word, limit));
            return List.copyOf(words);
        }
    }

    /**
     * A refusal in the words of the daemon, which may be newer than this library.
     *
     * @param code an {@link ErrorCode}'s name, or one that this version does not know
     * @param message the sentence for a person
     * @param retryable whether the same request may succeed later
     */
    public record Failure(String code, String message, boolean retryable) {
        public Failure {
            requireWord("code", code, ProtocolLimits.MAX_WORD);
            message = Text.forPeople(message, ProtocolLimits.MAX_SENTENCE);
        }

        private ProtocolException toException() {
            return known(code)
                    .map(known -> new ProtocolException(known, message))
                    .orElseGet(() -> new ProtocolException(
                            retryable ? ErrorCode.UNAVAILABLE : ErrorCode.BAD_REQUEST, code + ": " + message));
        }
    }

    private static void requireWord(String field, String word, int limit) {
        if (word.length() > limit || Text.firstUnprintable(word).isPresent()) {
            throw new IllegalArgumentException(
                    field + " " + Text.quote(word) + " is not printable text of at most " + limit + " characters");
        }
    }
}
