package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.server.service.ServiceStatus.Phase;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may register, what becomes of ghosts, and what people see (contract section 4, protocol version 2). */
class RegistrationTest {
    private final Stage stage = new Stage();

    @AfterEach
    void nothingIsLeft() {
        stage.close();
    }

    private static RegistrationOptions instance(Policy policy, String instance) {
        return Stage.options(policy, instance, 100, Duration.ofSeconds(30));
    }

    private ProtocolException refused(RegistrationOptions options, String owner) {
        return catchThrowableOfType(
                ProtocolException.class, () -> stage.service.register(new FakeUpstream("x"), options, owner));
    }

    @Test
    void generationsAreNumberedInTheOrderOfRegistration() {
        assertThat(stage.ready("a").number()).isEqualTo(1);
        assertThat(stage.connects("b", RegistrationOptions.DEFAULTS).number()).isEqualTo(2);
        assertThat(stage.ready("c").number()).isEqualTo(3);
    }

    @Test
    void aRegistrationTakesNothingBeforeItIsReady() {
        stage.connects("a", RegistrationOptions.DEFAULTS);

        assertThat(stage.arrives().fate()).isEqualTo("waiting");
    }

    @Test
    void underExclusiveASecondOneIsRefusedWhileOneIsAlive() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.EXCLUSIVE);

        ProtocolException refusal = refused(Stage.options(Policy.EXCLUSIVE), Stage.OWNER);
        assertThat(refusal.code()).isEqualTo(ErrorCode.NAME_OWNED);
        assertThat(refusal).hasMessageContaining("held by session a under the policy exclusive");
        assertThat(refused(RegistrationOptions.DEFAULTS, Stage.OWNER).code()).isEqualTo(ErrorCode.NAME_OWNED);
        assertThat(stage.arrives().fate()).isEqualTo("a");

        a.gone("crash");
        stage.ready("b", Policy.EXCLUSIVE);
        assertThat(stage.arrives().fate()).isEqualTo("b");
    }

    @Test
    void underExclusiveOneThatDrainsIsNotInTheWay() {
        Generation<FakeUpstream> a = stage.ready("a", Policy.EXCLUSIVE);
        stage.arrives();
        a.drain("stopping");

        stage.ready("b", Policy.EXCLUSIVE);

        assertThat(stage.arrives().fate()).isEqualTo("b");
        assertThat(a.inFlight()).isEqualTo(1);
    }

    @Test
    void oneThatWantsToBeAloneIsRefusedBesideAnother() {
        stage.ready("a");

        assertThat(refused(Stage.options(Policy.EXCLUSIVE), Stage.OWNER).code()).isEqualTo(ErrorCode.NAME_OWNED);
    }

    @Test
    void aGhostNeverBlocksItsOwner() {
        Generation<FakeUpstream> ghost = stage.ready("ghost", instance(Policy.EXCLUSIVE, "i-1"));

        Generation<FakeUpstream> back = stage.ready("back", instance(Policy.EXCLUSIVE, "i-1"));

        assertThat(Stage.told(ghost)).containsExactly("close: its instance has registered again, as generation 2");
        assertThat(stage.service.generations()).containsExactly(back);
        assertThat(stage.arrives().fate()).isEqualTo("back");
    }

    @Test
    void aGhostUnderReplaceIsClosedNotDrained() {
        Generation<FakeUpstream> ghost = stage.ready("ghost", instance(Policy.REPLACE, "i-1"));

        stage.ready("back", instance(Policy.REPLACE, "i-1"));

        assertThat(Stage.told(ghost)).hasSize(1).first().asString().startsWith("close: ");
    }

    @Test
    void aGhostWithoutHoldDoesNotTakeTheRouteWithIt() {
        RegistrationOptions noHold = Stage.options(Policy.REPLACE, "i-1", 100, Duration.ZERO);
        stage.ready("ghost", noHold);

        stage.ready("back", noHold);

        assertThat(stage.lifecycle).isEmpty();
        assertThat(stage.arrives().fate()).isEqualTo("back");
    }

    @Test
    void anotherInstanceIsNoGhost() {
        Generation<FakeUpstream> a = stage.ready("a", instance(Policy.JOIN, "i-1"));
        stage.ready("b", instance(Policy.JOIN, "i-2"));
        stage.ready("c", Policy.JOIN);
        stage.ready("d", Policy.JOIN);

        assertThat(Stage.told(a)).isEmpty();
        assertThat(stage.service.generations()).hasSize(4);
    }

    @Test
    void aDrainingSessionOfTheSameInstanceFinishesInPeace() {
        Generation<FakeUpstream> a = stage.ready("a", instance(Policy.REPLACE, "i-1"));
        stage.arrives();
        a.drain("moving");

        stage.ready("b", instance(Policy.REPLACE, "i-1"));

        assertThat(Stage.told(a)).isEmpty();
        assertThat(a.inFlight()).isEqualTo(1);
    }

    @Test
    void aNameBelongsToItsOwnerEvenWhileItIsAway() {
        stage.ready("a").gone("crash");

        assertThat(refused(RegistrationOptions.DEFAULTS, "somebody else").code())
                .isEqualTo(ErrorCode.NAME_OWNED);
        stage.passSeconds(30);

        assertThat(refused(RegistrationOptions.DEFAULTS, "somebody else")).isNull();
    }

    @Test
    void tooManySessionsAreRefused() {
        for (int i = 0; i < ServiceSettings.DEFAULTS.generationsPerService(); i++) {
            stage.connects("s" + i, Stage.options(Policy.JOIN));
        }

        assertThat(refused(Stage.options(Policy.JOIN), Stage.OWNER).code()).isEqualTo(ErrorCode.LIMIT);
    }

    @Test
    void aClosedServiceTakesNoRegistrations() {
        stage.ready("a");
        stage.service.shutdown("the daemon is stopping");

        assertThat(refused(RegistrationOptions.DEFAULTS, Stage.OWNER).code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void theStatusTellsPeopleWhatIsThere() {
        stage.ready("a");
        FakeApplicant webSocket = stage.arrives();
        webSocket.grant().longLived();
        stage.passSeconds(3);
        stage.ready("b");
        stage.connects("c", Stage.options(Policy.REPLACE));
        stage.passSeconds(2);

        ServiceStatus status = stage.service.status();

        assertThat(status.phase()).isEqualTo(Phase.SERVING);
        assertThat(status.owner()).isEqualTo(Stage.OWNER);
        assertThat(status.since()).isEqualTo(Duration.ofSeconds(5));
        assertThat(status.inFlight()).isEqualTo(1);
        assertThat(status.generations())
                .extracting(each -> each.number() + " " + each.sessionId() + " " + each.state() + " " + each.since()
                        + " " + each.inFlight() + " " + each.longLived())
                .containsExactly("1 a draining PT2S 1 1", "2 b ready PT2S 0 0", "3 c standby PT2S 0 0");
    }

    @Test
    void theStatusOfAnAbsentServiceTellsSinceWhenWhyAndUntilWhen() {
        assertThat(stage.service.status().phase()).isEqualTo(Phase.UNCLAIMED);
        Generation<FakeUpstream> a = stage.connects("a", RegistrationOptions.DEFAULTS);
        assertThat(stage.service.status().phase()).isEqualTo(Phase.AWAITING_READY);
        a.ready();
        a.gone("connection reset");
        stage.arrive(3);
        stage.passSeconds(12);

        ServiceStatus status = stage.service.status();

        assertThat(status.phase()).isEqualTo(Phase.ABSENT);
        assertThat(status.cause()).isEqualTo("a is gone: connection reset");
        assertThat(status.expiresIn()).contains(Duration.ofSeconds(18));
        assertThat(status.held()).isEqualTo(3);
        stage.service.shutdown("stopping");
        assertThat(stage.service.status().phase()).isEqualTo(Phase.CLOSED);
        assertThat(stage.service.status().cause()).isEqualTo("stopping");
    }

    @Test
    void aDeployIsToldInOrder() {
        stage.ready("a");
        FakeApplicant running = stage.arrives();
        stage.ready("b");
        stage.passSeconds(11);
        stage.ends(running);
        stage.service.generations().get(0).gone("end of file");

        assertThat(stage.events)
                .containsExactly(
                        "registered 1 REPLACE",
                        "ready 1",
                        "serving with 0",
                        "registered 2 REPLACE",
                        "ready 2",
                        "draining 1 with 1",
                        "swapped 1 2",
                        "drained 1",
                        "gone 1 with 0");
    }
}
