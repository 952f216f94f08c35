package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.events.DaemonEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the services of a daemon share. */
class ServicesTest {
    private final FakeTimeline timeline = new FakeTimeline();
    private final List<String> lifecycle = new ArrayList<>();
    private final Services<FakeUpstream> services = new Services<>(
            timeline, ServiceSettings.DEFAULTS, new HoldBudget(3), DaemonEvents.NONE, new ServiceLifecycle<>() {
                @Override
                public void onExpired(Service<FakeUpstream> service) {
                    lifecycle.add("expired " + service.name());
                }

                @Override
                public void onEmpty(Service<FakeUpstream> service) {
                    lifecycle.add("empty " + service.name());
                }
            });

    @AfterEach
    void nothingIsLeft() {
        services.status()
                .forEach(status -> services.obtain(status.name())
                        .generations()
                        .forEach(generation -> generation.gone("the test is over")));
        services.shutdown("the test is over");
        timeline.run();
        assertThat(services.held()).isZero();
        assertThat(services.status()).isEmpty();
        timeline.assertNothingIsLeft();
    }

    private Generation<FakeUpstream> ready(String service, String session) throws ProtocolException {
        Generation<FakeUpstream> generation =
                services.obtain(service).register(new FakeUpstream(session), RegistrationOptions.DEFAULTS, Stage.OWNER);
        generation.ready();
        return generation;
    }

    private FakeApplicant arrives(String service) {
        FakeApplicant applicant = new FakeApplicant("r", new ArrayList<>());
        services.obtain(service).admit(applicant);
        timeline.run();
        return applicant;
    }

    @Test
    void aServiceIsFoundByItsName() throws ProtocolException {
        ready("web", "a");

        assertThat(services.find("web")).containsSame(services.obtain("web"));
        assertThat(services.find("other")).isEmpty();
    }

    @Test
    void theBudgetIsSharedByAll() throws ProtocolException {
        ready("one", "a").gone("crash");
        ready("two", "b").gone("crash");

        assertThat(List.of(
                        arrives("one").fate(),
                        arrives("one").fate(),
                        arrives("two").fate()))
                .containsOnly("waiting");
        assertThat(arrives("two").fate()).isEqualTo("FULL");
        assertThat(services.held()).isEqualTo(3);
    }

    @Test
    void anExpiredServiceIsForgottenWhenItsLastSessionIsGone() throws ProtocolException {
        Generation<FakeUpstream> web = ready("web", "a");
        FakeApplicant running = arrives("web");
        running.grant().longLived();
        web.drain("stopping");
        timeline.advance(RegistrationOptions.DEFAULT_HOLD);
        assertThat(lifecycle).containsExactly("expired web");
        assertThat(services.find("web")).isPresent();
        assertThat(services.inFlight()).isEqualTo(1);

        running.grant().ended();
        timeline.run();

        assertThat(lifecycle).containsExactly("expired web", "empty web");
        assertThat(services.find("web")).isEmpty();
    }

    @Test
    void aServiceThatWasObtainedInVainCanBeDiscarded() throws ProtocolException {
        services.discardUnused(services.obtain("web"));
        assertThat(services.find("web")).isEmpty();

        ready("web", "a");
        services.discardUnused(services.obtain("web"));
        assertThat(services.find("web")).isPresent();
    }

    @Test
    void shutdownEndsAllAndIsDoneWhenTheLastHasDrained() throws ProtocolException {
        ready("one", "a").gone("crash");
        FakeApplicant held = arrives("one");
        ready("two", "b");
        FakeApplicant running = arrives("two");

        CompletableFuture<Void> done = services.shutdown("stopping").toCompletableFuture();
        assertThat(held.fate()).isEqualTo("GONE");
        assertThat(done).isNotDone();
        running.grant().ended();
        timeline.run();

        assertThat(done).isCompleted();
    }

    @Test
    void afterTheShutdownNothingIsOpenedAnyMore() {
        services.shutdown("stopping");

        Assertions.assertThatThrownBy(() -> ready("web", "a"))
                .isInstanceOfSatisfying(
                        ProtocolException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
}
