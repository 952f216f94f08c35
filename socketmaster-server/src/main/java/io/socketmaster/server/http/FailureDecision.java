package io.socketmaster.server.http;

import io.socketmaster.server.config.HttpSettings;
import java.util.Set;

/**
 * What to do when a request's stream fails before its response is complete: the table of contract section 5, as a pure
 * function of the evidence.
 */
final class FailureDecision {
    /** RFC 9110 section 9.2.2: to do it twice has the effect of doing it once. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    /** What is done. */
    enum Action {
        /** Another session gets the request, or it is held until there is one. */
        SEND_AGAIN,
        /** The same session gets the request on a stream of its own. */
        SEND_ON_NEW_STREAM,
        /** Another session gets the request if one can take it now; else the same one does, on a stream of its own. */
        SEND_ELSEWHERE,
        /** The client gets a 502 that says why. */
        ANSWER,
        /** The response had begun: it is cut off visibly. */
        TRUNCATE
    }

    /** How a stream ended before its response did. */
    enum Ending {
        /** It was never sent: the session takes no more streams, or was gone before. */
        NEVER_SENT,
        /** The service reset it; its session lives. */
        RESET,
        /** The service ended it without an answer, or in the middle of one; its session lives. */
        ENDED,
        /** Its session was lost. */
        SESSION_LOST,
        /** The service sent what is no proper response. */
        BAD_RESPONSE,
        /** It was never sent: the service has said that it takes no such request. */
        UNFIT
    }

    /** How far the response had come. */
    enum Response {
        /** Not a byte, an informational response included, has come in. */
        NONE,
        /** Some of it has come in; the client has seen nothing of a final response. */
        HEARD,
        /** A part of the final response was passed on to the client. */
        PASSED_ON
    }

    /** The rows of the table, and the reasons for which a request is not sent again. */
    enum Row {
        /** The stream was refused: nobody saw the request. Any method. */
        REFUSED(Action.SEND_AGAIN, ""),
        /** The session was lost with no ACK, and its peer acknowledges first: nobody saw the request. Any method. */
        UNACKNOWLEDGED(Action.SEND_AGAIN, ""),
        /** The session was lost with no ACK, which proves nothing about this peer; doing it twice does no harm. */
        UNACKNOWLEDGED_IDEMPOTENT(Action.SEND_AGAIN, ""),
        /** The session was lost after an ACK and before any response; doing it twice does no harm. Once. */
        ACKNOWLEDGED_IDEMPOTENT(Action.SEND_AGAIN, ""),
        /**
         * The stream had carried an earlier request, and the service ended it before it said anything to this one: most likely
         * it had done so before it saw this one (RFC 9112 section 9.3.1). Doing it twice does no harm. Once.
         */
        STREAM_WAS_OLD(Action.SEND_ON_NEW_STREAM, ""),
        /**
         * The service gave up a stream that it had taken, and its session lives on. Waiting would not help: whoever is left
         * to wait for is the one that gave up. It may be an agent, whose program was killed. Doing it twice does no harm. Once.
         */
        GIVEN_UP_IDEMPOTENT(Action.SEND_ELSEWHERE, ""),
        MAY_HAVE_RUN(
                Action.ANSWER, "The request was not sent a second time, because the service may have carried it out."),
        NOT_KEPT(
                Action.ANSWER,
                "The request was not sent a second time, because its body is longer than what is kept of one."),
        SENT_OFTEN_ENOUGH(Action.ANSWER, "The request was sent more than once, each time with this end."),
        RESPONSE_LOST(
                Action.ANSWER, "The request was not sent a second time, because the service had begun to answer it."),
        BAD_RESPONSE(Action.ANSWER, "The request was not sent a second time, because the service has carried it out."),
        UNFIT(
                Action.ANSWER,
                "A service that speaks HTTP/2 says so with SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 8441); one that speaks HTTP/1.1"
                        + " is registered without the backend h2c."),
        RESPONSE_BEGUN(Action.TRUNCATE, "");

        private final Action action;
        private final String sentence;

        Row(Action action, String sentence) {
            this.action = action;
            this.sentence = sentence;
        }

        Action action() {
            return action;
        }

        /** For the body of a 502: why the request was not sent again. */
        String sentence() {
            return sentence;
        }

        /** For log lines and counters. */
        String label() {
            return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * What is known when a stream fails.
     *
     * @param method the request's method
     * @param ending how the stream ended
     * @param acknowledged something had come in on the stream
     * @param reused an earlier request had used the stream
     * @param acknowledgesFirst the peer acknowledges each stream before its application sees it
     * @param response how far the response had come
     * @param kept all that was sent of the request is still here
     * @param sentOnceMore the request was sent again before after an ACK, which happens once
     */
    record Evidence(
            String method,
            Ending ending,
            boolean acknowledged,
            boolean reused,
            boolean acknowledgesFirst,
            Response response,
            boolean kept,
            boolean sentOnceMore) {}

    private FailureDecision() {}

    static boolean isIdempotent(String method) {
        return IDEMPOTENT.contains(method);
    }

    static Row decide(Evidence evidence, HttpSettings.Replay settings) {
        if (evidence.response() == Response.PASSED_ON) {
            return Row.RESPONSE_BEGUN;
        }
        if (evidence.ending() == Ending.BAD_RESPONSE) {
            return Row.BAD_RESPONSE;
        }
        if (evidence.ending() == Ending.UNFIT) {
            return Row.UNFIT;
        }
        if (evidence.response() == Response.HEARD) {
            return Row.RESPONSE_LOST;
        }
        if (evidence.reused() && evidence.ending() != Ending.SESSION_LOST && isIdempotent(evidence.method())) {
            return Row.STREAM_WAS_OLD;
        }
        Row row = evidence.acknowledged() ? acknowledged(evidence) : unacknowledged(evidence, settings);
        if (row.action() == Action.ANSWER) {
            return row;
        }
        if (!evidence.kept()) {
            return Row.NOT_KEPT;
        }
        // Before an ACK only the request's deadline counts: it never goes back to a session that refused it.
        return evidence.acknowledged() && evidence.sentOnceMore() ? Row.SENT_OFTEN_ENOUGH : row;
    }

    private static Row unacknowledged(Evidence evidence, HttpSettings.Replay settings) {
        return switch (evidence.ending()) {
            case NEVER_SENT, RESET -> Row.REFUSED;
            case SESSION_LOST -> lostUnacknowledged(evidence, settings);
            case ENDED, BAD_RESPONSE, UNFIT -> acknowledged(evidence);
        };
    }

    private static Row lostUnacknowledged(Evidence evidence, HttpSettings.Replay settings) {
        if (evidence.acknowledgesFirst() && !settings.unacknowledgedIdempotentOnly()) {
            return Row.UNACKNOWLEDGED;
        }
        return isIdempotent(evidence.method()) ? Row.UNACKNOWLEDGED_IDEMPOTENT : Row.MAY_HAVE_RUN;
    }

    private static Row acknowledged(Evidence evidence) {
        if (!isIdempotent(evidence.method())) {
            return Row.MAY_HAVE_RUN;
        }
        return evidence.ending() == Ending.SESSION_LOST ? Row.ACKNOWLEDGED_IDEMPOTENT : Row.GIVEN_UP_IDEMPOTENT;
    }
}
