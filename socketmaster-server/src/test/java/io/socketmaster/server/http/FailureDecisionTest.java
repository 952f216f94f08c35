package io.socketmaster.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.http.FailureDecision.Action;
import io.socketmaster.server.http.FailureDecision.Ending;
import io.socketmaster.server.http.FailureDecision.Evidence;
import io.socketmaster.server.http.FailureDecision.Response;
import io.socketmaster.server.http.FailureDecision.Row;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Contract section 5, row by row. */
class FailureDecisionTest {
    private static final List<String> METHODS =
            List.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH", "get", "LOCK");
    private static final HttpSettings.Replay STRICT = new HttpSettings.Replay(1, 1, true);

    private static Row decide(Evidence evidence) {
        return FailureDecision.decide(evidence, HttpSettings.Replay.DEFAULTS);
    }

    private static Evidence evidence(String method, Ending ending, boolean acknowledged, boolean version2) {
        return new Evidence(method, ending, acknowledged, false, version2, Response.NONE, true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "POST", "PATCH"})
    void aRefusedStreamWasSeenByNobodyWhateverTheMethodAndThePeer(String method) {
        for (Ending ending : List.of(Ending.NEVER_SENT, Ending.RESET)) {
            assertThat(decide(evidence(method, ending, false, true))).isEqualTo(Row.REFUSED);
            assertThat(decide(evidence(method, ending, false, false))).isEqualTo(Row.REFUSED);
        }
    }

    @ParameterizedTest
    @CsvSource({
        // method, version 2, strict: row
        "GET,    true,  false, UNACKNOWLEDGED",
        "POST,   true,  false, UNACKNOWLEDGED",
        "GET,    true,  true,  UNACKNOWLEDGED_IDEMPOTENT",
        "DELETE, true,  true,  UNACKNOWLEDGED_IDEMPOTENT",
        "POST,   true,  true,  MAY_HAVE_RUN",
        "GET,    false, false, UNACKNOWLEDGED_IDEMPOTENT",
        "PUT,    false, false, UNACKNOWLEDGED_IDEMPOTENT",
        "POST,   false, false, MAY_HAVE_RUN",
        "PATCH,  false, true,  MAY_HAVE_RUN",
        "get,    false, false, MAY_HAVE_RUN"
    })
    void aSessionLostWithNoAckIsEvidenceOnlyOfAPeerThatAcknowledgesFirst(
            String method, boolean version2, boolean strict, Row row) {
        assertThat(FailureDecision.decide(
                        evidence(method, Ending.SESSION_LOST, false, version2),
                        strict ? STRICT : HttpSettings.Replay.DEFAULTS))
                .isEqualTo(row);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, ACKNOWLEDGED_IDEMPOTENT", "HEAD, ACKNOWLEDGED_IDEMPOTENT", "OPTIONS, ACKNOWLEDGED_IDEMPOTENT",
        "TRACE, ACKNOWLEDGED_IDEMPOTENT", "PUT, ACKNOWLEDGED_IDEMPOTENT", "DELETE, ACKNOWLEDGED_IDEMPOTENT",
        "POST, MAY_HAVE_RUN", "PATCH, MAY_HAVE_RUN", "LOCK, MAY_HAVE_RUN"
    })
    void acknowledgedAndUnansweredIsSentOnceMoreIfThatDoesNoHarm(String method, Row row) {
        for (boolean version2 : new boolean[] {true, false}) {
            assertThat(decide(evidence(method, Ending.SESSION_LOST, true, version2)))
                    .isEqualTo(row);
        }
    }

    @Test
    void onceMoreIsOnce() {
        assertThat(decide(new Evidence("GET", Ending.SESSION_LOST, true, false, true, Response.NONE, true, true)))
                .isEqualTo(Row.SENT_OFTEN_ENOUGH);
        assertThat(decide(new Evidence("GET", Ending.NEVER_SENT, false, false, true, Response.NONE, true, true)))
                .as("that nobody saw it is no second time")
                .isEqualTo(Row.REFUSED);
    }

    @Test
    void whatTheServiceGaveUpItselfIsNotWaitedFor() {
        for (Ending ending : List.of(Ending.RESET, Ending.ENDED)) {
            Row row = decide(evidence("GET", ending, true, true));
            assertThat(row).isEqualTo(Row.GIVEN_UP_IDEMPOTENT);
            assertThat(row.action()).isEqualTo(Action.SEND_ELSEWHERE);
            assertThat(decide(evidence("POST", ending, true, true))).isEqualTo(Row.MAY_HAVE_RUN);
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void aRequestThatIsNotKeptIsNeverSentAgain(Ending ending) {
        for (String method : METHODS) {
            for (boolean acknowledged : new boolean[] {true, false}) {
                assertThat(decide(new Evidence(method, ending, acknowledged, false, true, Response.NONE, false, false))
                                .action())
                        .isEqualTo(Action.ANSWER);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Ending.class)
    void aResponseThatHadBegunIsNeverAskedForAgain(Ending ending) {
        for (String method : METHODS) {
            assertThat(decide(new Evidence(method, ending, true, false, true, Response.PASSED_ON, true, false)))
                    .isEqualTo(Row.RESPONSE_BEGUN);
            assertThat(decide(new Evidence(method, ending, true, false, true, Response.HEARD, true, false))
                            .action())
                    .isEqualTo(Action.ANSWER);
        }
    }

    @Test
    void anImproperResponseIsABadGateway() {
        assertThat(decide(new Evidence("GET", Ending.BAD_RESPONSE, true, false, true, Response.HEARD, true, false)))
                .isEqualTo(Row.BAD_RESPONSE);
    }

    @Test
    void whatAServiceSaysThatItDoesNotTakeIsSentNowhereElse() {
        for (String method : METHODS) {
            assertThat(decide(evidence(method, Ending.UNFIT, false, true))).isEqualTo(Row.UNFIT);
        }
        assertThat(Row.UNFIT.action()).isEqualTo(Action.ANSWER);
    }

    @ParameterizedTest
    @EnumSource(Row.class)
    void every502SaysWhy(Row row) {
        assertThat(row.sentence().isEmpty()).isEqualTo(row.action() != Action.ANSWER);
    }
}
