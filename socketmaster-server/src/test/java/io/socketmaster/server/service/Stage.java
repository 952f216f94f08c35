package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.server.events.DaemonEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One service named {@code web} with a clock moved by hand, and short ways to say what happens to it. */
final class Stage {
    static final String OWNER = "me";

    final FakeTimeline timeline = new FakeTimeline();
    final HoldBudget budget;
    final List<String> lifecycle = new ArrayList<>();
    final List<String> events = new ArrayList<>();
    /** Names of applicants in the order in which they were granted. */
    final List<String> granted = new ArrayList<>();

    final List<FakeApplicant> applicants = new ArrayList<>();
    final Service<FakeUpstream> service;

    Stage() {
        this(ServiceSettings.DEFAULTS, HoldBudget.DEFAULT_LIMIT);
    }

    Stage(ServiceSettings settings, int heldInAll) {
        budget = new HoldBudget(heldInAll);
        service = new Service<>("web", timeline, settings, budget, new Written(), new ServiceLifecycle<>() {
            @Override
            public void onExpired(Service<FakeUpstream> expired) {
                lifecycle.add("expired");
            }

            @Override
            public void onEmpty(Service<FakeUpstream> empty) {
                lifecycle.add("empty");
            }
        });
    }

    // --- sessions

    static RegistrationOptions options(Policy policy) {
        return options(policy, "", RegistrationOptions.DEFAULT_WEIGHT, RegistrationOptions.DEFAULT_HOLD);
    }

    static RegistrationOptions options(Policy policy, String instance, int weight, Duration hold) {
        return new RegistrationOptions(
                "web",
                instance,
                policy,
                true,
                hold,
                RegistrationOptions.DEFAULT_DRAIN,
                Optional.empty(),
                RegistrationOptions.StreamHeader.NONE,
                List.of(),
                List.of(),
                List.of(),
                weight,
                "",
                Map.of(),
                "");
    }

    Generation<FakeUpstream> connects(FakeUpstream upstream, RegistrationOptions options) {
        try {
            Generation<FakeUpstream> generation = service.register(upstream, options, OWNER);
            upstream.runs(generation);
            return generation;
        } catch (ProtocolException e) {
            throw new AssertionError(e.toStatus(), e);
        }
    }

    Generation<FakeUpstream> connects(String session, RegistrationOptions options) {
        return connects(new FakeUpstream(session), options);
    }

    Generation<FakeUpstream> ready(String session, RegistrationOptions options) {
        Generation<FakeUpstream> generation = connects(session, options);
        generation.ready();
        return generation;
    }

    Generation<FakeUpstream> ready(String session, Policy policy) {
        return ready(session, options(policy));
    }

    /** A session with the defaults: policy replace, 30 s hold, 30 s drain. */
    Generation<FakeUpstream> ready(String session) {
        return ready(session, RegistrationOptions.DEFAULTS);
    }

    static List<String> told(Generation<FakeUpstream> generation) {
        return generation.upstream().told();
    }

    // --- applicants

    FakeApplicant applicant() {
        FakeApplicant applicant = new FakeApplicant("r" + (applicants.size() + 1), granted);
        applicants.add(applicant);
        return applicant;
    }

    /** One comes, and the registry thread looks at it. */
    FakeApplicant arrives() {
        FakeApplicant applicant = applicant();
        service.admit(applicant);
        timeline.run();
        return applicant;
    }

    List<FakeApplicant> arrive(int count) {
        List<FakeApplicant> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            all.add(arrives());
        }
        return all;
    }

    void ends(FakeApplicant applicant) {
        applicant.grant().ended();
        timeline.run();
    }

    void pass(Duration time) {
        timeline.advance(time);
    }

    void passSeconds(long seconds) {
        pass(Duration.ofSeconds(seconds));
    }

    // --- the end

    /** Ends everything; then nothing may be left, and everybody who did not cancel was answered once. */
    void close() {
        service.shutdown("the test is over");
        for (FakeApplicant applicant : applicants) {
            if (applicant.grant() != null) {
                applicant.grant().ended();
            }
        }
        timeline.run();
        for (Generation<FakeUpstream> generation : service.generations()) {
            assertThat(generation.inFlight())
                    .as("in flight on " + generation.number())
                    .isZero();
            assertThat(generation.longLivedInFlight()).isZero();
            generation.gone("the test is over");
        }
        timeline.run();
        assertThat(budget.taken()).as("places in the waiting room").isZero();
        assertThat(service.held()).isZero();
        assertThat(applicants)
                .allSatisfy(applicant -> assertThat(applicant.answered())
                        .as("answers to " + applicant.name())
                        .isLessThanOrEqualTo(1));
        timeline.assertNothingIsLeft();
    }

    /** The events that concern a person who watches a deploy. */
    private final class Written implements DaemonEvents {
        @Override
        public void registered(String name, int generation, String sessionId, String policy) {
            events.add("registered " + generation + " " + policy);
        }

        @Override
        public void generationReady(String name, int generation, String sessionId) {
            events.add("ready " + generation);
        }

        @Override
        public void generationSwapped(String name, int from, int to) {
            events.add("swapped " + from + " " + to);
        }

        @Override
        public void generationTakenBack(String name, int generation, String sessionId) {
            events.add("taken back " + generation);
        }

        @Override
        public void generationDraining(
                String name, int generation, String sessionId, String reason, int inFlight, Duration deadline) {
            events.add("draining " + generation + " with " + inFlight);
        }

        @Override
        public void generationDrained(String name, int generation, String sessionId) {
            events.add("drained " + generation);
        }

        @Override
        public void generationGone(String name, int generation, String sessionId, String cause, int inFlight) {
            events.add("gone " + generation + " with " + inFlight);
        }

        @Override
        public void serviceServing(String name, int held) {
            events.add("serving with " + held);
        }

        @Override
        public void serviceAbsent(String name, Duration hold, String cause) {
            events.add("absent " + hold);
        }

        @Override
        public void serviceExpired(String name) {
            events.add("expired");
        }

        @Override
        public void held(String name, int heldNow) {
            events.add("held " + heldNow);
        }

        @Override
        public void released(String name, String sessionId, long waitedNanos) {
            events.add("released to " + sessionId + " after " + Duration.ofNanos(waitedNanos));
        }

        @Override
        public void refused(String name, String reason, String sentence) {
            events.add("refused " + reason);
        }

        @Override
        public void paused(String name, String mode, Optional<Duration> ttl, String reason) {
            events.add("paused " + mode + " " + reason);
        }

        @Override
        public void resumed(String name, String cause) {
            events.add("resumed: " + cause);
        }

        @Override
        public void fault(String where, Throwable fault) {
            events.add("fault in " + where + ": " + fault.getMessage());
        }
    }
}
