package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions.Policy;
import io.socketmaster.server.events.DaemonEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random lives of a service, against what must hold after every step. A failure names its seed. */
class ServiceRandomTest {
    private static final int STEPS = 400;
    private static final int LIVES = 150;

    @ParameterizedTest
    @ValueSource(strings = {"replace only", "all policies"})
    void whateverHappensTheInvariantsHold(String policies) {
        Policy[] allowed = policies.equals("replace only") ? new Policy[] {Policy.REPLACE} : Policy.values();
        for (long seed = 1; seed <= LIVES; seed++) {
            try {
                new Life(seed, allowed).live();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(policies + ", seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    /** One service with few places and a small release, so that every limit is met often. */
    private static final class Life {
        private final Random random;
        private final Policy[] policies;
        private final FakeTimeline timeline = new FakeTimeline();
        private final HoldBudget budget = new HoldBudget(12);
        private final List<Throwable> faults = new ArrayList<>();
        private final List<Generation<FakeUpstream>> sessions = new ArrayList<>();
        private final List<Request> requests = new ArrayList<>();
        private final List<Request> running = new ArrayList<>();
        private final Set<Integer> drained = new HashSet<>();
        private final Service<FakeUpstream> service;
        private long lastHeldArrival = Long.MIN_VALUE;
        private boolean routed;
        private int watched;
        private int toldIdle;

        Life(long seed, Policy[] policies) {
            this.random = new Random(seed);
            this.policies = policies;
            ServiceSettings d = ServiceSettings.DEFAULTS;
            ServiceSettings small = new ServiceSettings(
                    10,
                    8,
                    d.maxHold(),
                    d.maxDrain(),
                    Duration.ofSeconds(60),
                    d.rollback(),
                    2,
                    d.releasePatience(),
                    d.retryAfterFull(),
                    d.retryAfterExpired());
            DaemonEvents events = new DaemonEvents() {
                @Override
                public void generationDrained(String name, int generation, String sessionId) {
                    assertThat(drained.add(generation)).as("drained once").isTrue();
                }

                @Override
                public void fault(String where, Throwable fault) {
                    faults.add(fault);
                }
            };
            service = new Service<>("web", timeline, small, budget, events, new ServiceLifecycle<>() {
                @Override
                public void onExpired(Service<FakeUpstream> expired) {
                    assertThat(routed).as("expires only what was registered").isTrue();
                    routed = false;
                }

                @Override
                public void onEmpty(Service<FakeUpstream> empty) {
                    assertThat(empty.generations()).isEmpty();
                }
            });
        }

        void live() {
            for (int step = 0; step < STEPS; step++) {
                act();
                if (random.nextInt(4) > 0) {
                    timeline.run();
                }
                check();
                assertThat(routed).as("the route stays until it expires").isEqualTo(!service.isUnclaimed());
            }
            end();
        }

        private void act() {
            switch (random.nextInt(18)) {
                case 0 -> connect();
                case 1, 2 -> withSession(Generation::ready);
                case 3 -> withSession(session -> session.gone("crash"));
                case 4 -> withSession(session -> session.drain("stopping"));
                case 5 -> rarely(() -> withSession(session -> session.requestDrain("an operator")));
                case 6, 7 -> arrive(new Request(), null);
                case 8 -> withRunning(request -> request.grant.established());
                case 9 -> withRunning(this::end);
                case 10 -> withRunning(this::sendAgain);
                case 11 -> withRunning(request -> request.grant.longLived());
                case 12 -> cancelOne();
                case 13 -> pause();
                case 14 -> service.resume("random");
                case 15 -> watch();
                case 16 -> withSession(session -> session.standBy(/* unlessLast= */ random.nextBoolean()));
                default -> timeline.advance(Duration.ofMillis(random.nextInt(8_000)));
            }
        }

        private void pause() {
            PauseMode mode = random.nextBoolean() ? PauseMode.HOLD : PauseMode.REJECT;
            Optional<Duration> ttl =
                    random.nextBoolean() ? Optional.empty() : Optional.of(Duration.ofSeconds(1 + random.nextInt(20)));
            service.pause(new PauseOrder(mode, ttl, ""));
        }

        private void watch() {
            watched++;
            service.whenIdle(() -> {
                toldIdle++;
                assertThat(running).as("in flight when idle is told").isEmpty();
            });
        }

        private void connect() {
            String instance = random.nextInt(4) == 0 ? "i-" + random.nextInt(2) : "";
            Policy policy = policies[random.nextInt(policies.length)];
            Duration hold = Duration.ofSeconds(random.nextInt(4) * 10L);
            FakeUpstream upstream = new FakeUpstream("s" + sessions.size());
            try {
                Generation<FakeUpstream> session = service.register(
                        upstream, Stage.options(policy, instance, random.nextInt(3) * 100, hold), Stage.OWNER);
                upstream.runs(session);
                sessions.add(session);
                routed = true;
            } catch (ProtocolException refused) {
                assertThat(refused.code().name()).isIn("NAME_OWNED", "LIMIT");
            }
        }

        private void arrive(Request request, Request before) {
            requests.add(request);
            request.arrival = before == null ? timeline.nanoTime() : before.arrival;
            request.again = before != null;
            request.admission = before == null ? service.admit(request) : service.admitAgain(request, before.grant);
        }

        private void sendAgain(Request request) {
            running.remove(request);
            arrive(new Request(), request);
        }

        private void end(Request request) {
            running.remove(request);
            request.grant.ended();
        }

        private void cancelOne() {
            if (!requests.isEmpty()) {
                Request request = requests.get(random.nextInt(requests.size()));
                request.cancelled |= request.answers == 0;
                request.admission.cancel();
            }
        }

        private void withSession(java.util.function.Consumer<Generation<FakeUpstream>> action) {
            if (!sessions.isEmpty()) {
                int recent = Math.max(0, sessions.size() - 6);
                action.accept(sessions.get(recent + random.nextInt(sessions.size() - recent)));
            }
        }

        private void withRunning(java.util.function.Consumer<Request> action) {
            if (!running.isEmpty()) {
                action.accept(running.get(random.nextInt(running.size())));
            }
        }

        private void rarely(Runnable action) {
            if (random.nextInt(3) == 0) {
                action.run();
            }
        }

        private void check() {
            assertThat(faults).isEmpty();
            List<Generation<FakeUpstream>> ready =
                    service.generations().stream().filter(Generation::isReady).toList();
            if (policies.length == 1) {
                assertThat(ready).as("active under replace").hasSizeLessThanOrEqualTo(1);
            }
            assertThat(service.held()).isLessThanOrEqualTo(10);
            assertThat(budget.taken()).isBetween(service.held(), 10);
            for (Generation<FakeUpstream> session : sessions) {
                long there = running.stream()
                        .filter(request -> request.grant.upstream() == session.upstream())
                        .count();
                assertThat(session.inFlight())
                        .as("in flight on " + session.number())
                        .isEqualTo((int) there);
                assertThat(session.upstream().told().stream().filter("drained"::equals))
                        .hasSizeLessThanOrEqualTo(1);
            }
        }

        private void end() {
            timeline.run();
            service.shutdown("the end");
            timeline.run();
            List.copyOf(running).forEach(this::end);
            timeline.run();
            sessions.forEach(session -> session.gone("the end"));
            timeline.run();
            check();
            assertThat(budget.taken()).isZero();
            assertThat(service.inFlight()).isZero();
            assertThat(toldIdle).as("told that it is idle").isEqualTo(watched);
            assertThat(service.generations()).isEmpty();
            assertThat(service.shutdown("the end").toCompletableFuture()).isCompleted();
            assertThat(requests)
                    .allSatisfy(request -> assertThat(request.answers).isEqualTo(request.cancelled ? 0 : 1));
            timeline.assertNothingIsLeft();
        }

        private final class Request implements Applicant<FakeUpstream> {
            private Grant<FakeUpstream> grant;
            private Admission admission;
            private long arrival;
            private boolean again;
            private boolean cancelled;
            private int answers;

            @Override
            public void onGranted(Grant<FakeUpstream> granted) {
                answers++;
                assertThat(cancelled).as("cancelled and granted").isFalse();
                grant = granted;
                running.add(this);
                assertThat(service.isPaused()).as("granted while paused").isFalse();
                Generation<FakeUpstream> session = sessions.stream()
                        .filter(each -> each.upstream() == granted.upstream())
                        .findFirst()
                        .orElseThrow();
                assertThat(drained).as("granted after drained").doesNotContain(session.number());
                assertThat(session.upstream().told().stream().filter(told -> told.startsWith("close")))
                        .as("granted after closed")
                        .isEmpty();
                if (!again) {
                    // First come first served: nobody who came earlier, and was never sent back, is served later.
                    assertThat(arrival - lastHeldArrival >= 0 || lastHeldArrival == Long.MIN_VALUE)
                            .as("first come first served")
                            .isTrue();
                    lastHeldArrival = arrival;
                }
            }

            @Override
            public void onRefused(Refusal refusal) {
                answers++;
                assertThat(cancelled).as("cancelled and refused").isFalse();
            }
        }
    }
}
