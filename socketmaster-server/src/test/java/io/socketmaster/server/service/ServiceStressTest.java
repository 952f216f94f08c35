package io.socketmaster.server.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.server.events.DaemonEvents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Real threads: many bring work while generations come, drain and go. The narrowest of the races, a grant against a drain, has
 * its own test ({@link GateTest}).
 */
class ServiceStressTest {
    private static final int THREADS = 4;
    private static final Duration LENGTH = Duration.ofMillis(Long.getLong("stress.millis", 700));

    private final ThreadTimeline timeline = new ThreadTimeline();
    private final Set<String> faults = ConcurrentHashMap.newKeySet();
    private final HoldBudget budget = new HoldBudget(HoldBudget.DEFAULT_LIMIT);
    private final Service<Session> service = new Service<>(
            "web",
            timeline,
            ServiceSettings.DEFAULTS,
            budget,
            new DaemonEvents() {
                @Override
                public void fault(String where, Throwable fault) {
                    faults.add(where + ": " + fault);
                }
            },
            new ServiceLifecycle<>() {
                @Override
                public void onExpired(Service<Session> expired) {
                    faults.add("expired");
                }

                @Override
                public void onEmpty(Service<Session> empty) {}
            });

    private final List<Generation<Session>> generations = new ArrayList<>(); // the registry thread's
    /** Below the room's limit: nobody may be refused here. */
    private final Semaphore waiting = new Semaphore(800);

    /** From the moment that a paused service was seen idle until it is resumed. */
    private volatile boolean idle;

    private final AtomicLong stayed = new AtomicLong();
    private final AtomicLong left = new AtomicLong();
    private final AtomicLong stayedAnswered = new AtomicLong();
    private final AtomicLong leftAnswered = new AtomicLong();

    @AfterEach
    void stop() {
        timeline.executor.shutdownNow();
    }

    @Test
    void manyAdmitsAgainstSwapsDrainsAndCrashesLoseNothing() throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int number = i;
            clients.add(new Thread(() -> bringWork(stopping, number), "client " + i));
        }
        timeline.call(this::deploy);
        clients.forEach(Thread::start);

        long until = System.nanoTime() + LENGTH.toNanos();
        for (int round = 0; System.nanoTime() - until < 0; round++) {
            timeline.call(round % 3 == 0 ? this::deploy : round % 3 == 1 ? this::crash : this::drainAndDeploy);
        }
        timeline.call(this::deploy);
        stopping.set(true);
        for (Thread client : clients) {
            client.join();
        }

        Awaitility.await().untilAsserted(() -> assertThat(budget.taken()).isZero());
        assertThat(stayedAnswered).as("answers to those who stayed").hasValue(stayed.get());
        assertThat(leftAnswered).as("answers to those who left").hasValueLessThanOrEqualTo(left.get());
        CompletableFuture<Void> done = new CompletableFuture<>();
        timeline.call(() -> service.shutdown("the end").whenComplete((nothing, failure) -> done.complete(null)));
        done.get(10, TimeUnit.SECONDS);
        timeline.call(() -> assertThat(generations)
                .allSatisfy(generation -> assertThat(generation.inFlight()).isZero()));
        timeline.call(() -> List.copyOf(generations).forEach(generation -> generation.gone("the end")));
        assertThat(faults).isEmpty();
        assertThat(stayed).hasPositiveValue();
        assertThat(budget.taken()).isZero();
        Awaitility.await()
                .untilAsserted(() -> assertThat(timeline.executor.getQueue()).isEmpty());
    }

    @Test
    void manyAdmitsAgainstPausesFindNothingHandedOutFromIdleToResume() throws Exception {
        AtomicBoolean stopping = new AtomicBoolean();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int evenSoThatItFinishesAtOnce = 2 * i;
            clients.add(new Thread(() -> bringWork(stopping, evenSoThatItFinishesAtOnce), "client " + i));
        }
        timeline.call(this::deploy);
        clients.forEach(Thread::start);

        long until = System.nanoTime() + LENGTH.toNanos();
        for (int round = 0; System.nanoTime() - until < 0; round++) {
            timeline.call(() -> service.pause(new PauseOrder(PauseMode.HOLD, Optional.empty(), "stress")));
            CompletableFuture<Void> reached = new CompletableFuture<>();
            timeline.call(() -> service.whenIdle(() -> {
                idle = true;
                reached.complete(null);
            }));
            reached.get(60, TimeUnit.SECONDS);
            if (round % 3 == 0) {
                timeline.call(this::deploy);
            } else if (round % 3 == 1) {
                timeline.call(this::crash);
            }
            timeline.call(() -> {
                idle = false;
                service.resume("stress");
            });
        }
        stopping.set(true);
        for (Thread client : clients) {
            client.join();
        }

        Awaitility.await().untilAsserted(() -> assertThat(budget.taken()).isZero());
        assertThat(stayedAnswered).as("answers to those who stayed").hasValue(stayed.get());
        assertThat(faults).isEmpty();
        assertThat(stayed).hasPositiveValue();
    }

    private void bringWork(AtomicBoolean stopping, int number) {
        List<Work> running = new ArrayList<>();
        for (int i = 0; !stopping.get(); i++) {
            waiting.acquireUninterruptibly();
            boolean leaves = (i + number) % 7 == 0;
            Work work = new Work(leaves);
            (leaves ? left : stayed).incrementAndGet();
            Admission admission = service.admit(work);
            if (leaves) {
                admission.cancel();
                timeline.execute(waiting::release); // behind the cancellation: its place is free by then
            }
            running.add(work);
            if (running.size() > (number % 2) * 16) {
                running.forEach(Work::finish);
                running.clear();
            }
        }
        running.forEach(Work::finish);
    }

    // --- registry thread

    private void deploy() {
        try {
            Session session = new Session(generations.size());
            Generation<Session> generation = service.register(session, RegistrationOptions.DEFAULTS, "me");
            session.generation = generation;
            generations.add(generation);
            generation.ready();
        } catch (ProtocolException e) {
            // Replaced generations stay until their deadline; the oldest ones go to make room.
            generations.stream()
                    .filter(each -> each.state() instanceof GenerationState.Draining)
                    .limit(500)
                    .toList()
                    .forEach(each -> each.gone("room is needed"));
        }
    }

    private void drainAndDeploy() {
        generations.get(generations.size() - 1).drain("stopping");
        deploy();
    }

    private void crash() {
        generations.get(generations.size() - 1).gone("crash");
        deploy();
    }

    /** Complains of work that is handed to it after it was told that nothing would come. */
    private final class Session implements Upstream {
        private final String id;
        private Generation<Session> generation;
        private volatile boolean drained;

        Session(int number) {
            id = "s" + number;
        }

        @Override
        public String sessionId() {
            return id;
        }

        @Override
        public void onReplaced(Duration drain) {
            if (drain.isNegative()) {
                faults.add("negative drain");
            }
        }

        @Override
        public void onTakenBack() {
            // Nothing is told to anybody here.
        }

        @Override
        public void onDrainRequested(Duration drain) {
            if (drain.isNegative()) {
                faults.add("negative drain");
            }
        }

        @Override
        public void onDrained() {
            if (drained) {
                faults.add("drained twice");
            }
            drained = true;
        }

        @Override
        public void close(String reason) {
            generation.gone(reason);
        }
    }

    private final class Work implements Applicant<Session> {
        private final boolean leaves;
        private final AtomicInteger answers = new AtomicInteger();
        private final AtomicBoolean finished = new AtomicBoolean();
        private volatile Grant<Session> grant;

        Work(boolean leaves) {
            this.leaves = leaves;
        }

        @Override
        public void onGranted(Grant<Session> given) {
            // In flight since before this call: a session that is drained now was called so with this on it.
            if (given.upstream().drained) {
                faults.add("granted after drained");
            }
            if (idle) {
                faults.add("granted between idle and resume");
            }
            grant = given;
            answered();
            if (finished.get()) {
                end();
            }
        }

        @Override
        public void onRefused(Refusal refusal) {
            faults.add(refusal.toString());
            answered();
        }

        void finish() {
            finished.set(true);
            if (grant != null) {
                end();
            }
        }

        private void end() {
            grant.established();
            grant.ended();
        }

        private void answered() {
            if (answers.incrementAndGet() != 1) {
                faults.add("answered twice");
            }
            (leaves ? leftAnswered : stayedAnswered).incrementAndGet();
            if (!leaves) {
                waiting.release();
            }
        }
    }

    /** The registry thread as a daemon would have it. */
    private static final class ThreadTimeline implements Timeline {
        private volatile Thread thread;
        private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            thread = new Thread(task, "registry");
            return thread;
        });

        ThreadTimeline() {
            executor.setRemoveOnCancelPolicy(true);
        }

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void execute(Runnable task) {
            executor.execute(task);
        }

        @Override
        public Timer schedule(Duration delay, Runnable task) {
            ScheduledFuture<?> future = executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        }

        @Override
        public boolean inTimeline() {
            return Thread.currentThread() == thread;
        }

        void call(Runnable task) throws Exception {
            Future<?> done = executor.submit(task);
            done.get(10, TimeUnit.SECONDS);
        }
    }
}
