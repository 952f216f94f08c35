package io.socketmaster.cli.agent;

import io.socketmaster.client.SocketMasterException;
import io.socketmaster.client.forward.ProgramStart;
import io.socketmaster.client.session.Address;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The life of a program under {@code run}:
 *
 * <pre>
 *  {@link Phase#STARTING} ──answers──▶ {@link Phase#SERVING} ──told to stop, replaced──▶ {@link Phase#LEAVING} ──nothing runs──▶ {@link Phase#ENDING}
 *     ▲  │ not in time, ended           │ crashed
 *     │  └──first copy: failed──▶ {@link Phase#ENDING}
 *     └──after a while──── {@link Phase#DOWN} ◀┘
 * </pre>
 *
 * <p>The registration is made when the first copy answers and stays until the end; while no copy answers, connections wait. It
 * ends when the daemon says that everything has finished or its deadline passed, and only then the program is told to stop.
 *
 * <p>Everything happens on one thread of its own, which owns the fields; the public face is {@link #run} and the signals.
 */
final class Supervisor {
    /**
     * The reason in {@code Cannot run program "x": error=2, No such file or directory}, or in JDK 25's {@code ... Exec failed,
     * error: 2 (No such file or directory)}.
     */
    private static final Pattern START_ERROR = Pattern.compile("error(?:=\\d+, (.*)|: \\d+ \\((.*)\\)) *$");

    private enum Phase {
        /** A copy runs that has not answered yet. */
        STARTING,
        /** A copy runs and answers. */
        SERVING,
        /** No copy runs; the next one will. */
        DOWN,
        /** Nothing new comes; what runs finishes. */
        LEAVING,
        /** The program was told to end. */
        ENDING,
        OVER
    }

    private final RunPlan plan;
    private final Host host;
    private final ScheduledThreadPoolExecutor thread = new ScheduledThreadPoolExecutor(1, task -> {
        Thread created = new Thread(task, "socketmaster-run");
        created.setDaemon(true);
        return created;
    });
    private final CompletableFuture<Integer> exit = new CompletableFuture<>();

    private Phase phase = Phase.STARTING;
    /** Also read by the thread that ends the JVM. */
    private volatile Child child;

    private Optional<Service> service = Optional.empty();
    /** Where it was when the daemon let a newer copy take over; empty while it cannot be taken back. */
    private Optional<Phase> replacedIn = Optional.empty();

    private ScheduledFuture<?> timer;
    private int copies;
    private int crashes;
    private long answeredNanos;
    private int exitCode = ExitCodes.DONE;

    /** What the supervisor needs of the world. Called on its thread, where it may wait a little. */
    interface Host {
        /** Where the next copy is to listen. */
        Endpoint nextEndpoint(int number) throws IOException;

        Child start(Endpoint endpoint) throws IOException;

        /**
         * Makes the registration.
         *
         * @param news told on any thread
         */
        Service register(Address program, News news) throws IOException;

        /** A line for people on standard error. */
        void say(String line);
    }

    /** What the daemon does with the registration. */
    interface News {
        /** It gets nothing new, for this reason, and what runs may finish. */
        void leaving(String why);

        /** It does get traffic again. */
        void takenBack();
    }

    /** The registration, as far as it matters here. */
    interface Service {
        void moveTo(Address program);

        void suspend(String reason);

        void drain();

        void closeNow();

        CompletableFuture<Void> closed();
    }

    Supervisor(RunPlan plan, Host host) {
        this.plan = plan;
        this.host = host;
        thread.setRemoveOnCancelPolicy(true);
    }

    /** Runs the program until it is over; returns the exit code. If the JVM ends before, so does the program. */
    int run() {
        Thread lastResort = new Thread(this::killWhatRuns, "socketmaster-run-end");
        Runtime.getRuntime().addShutdownHook(lastResort);
        try {
            later(this::launch);
            return exit.join();
        } finally {
            thread.shutdownNow();
            if (!isJvmEnding(lastResort)) {
                killWhatRuns();
            }
        }
    }

    private static boolean isJvmEnding(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
            return false;
        } catch (IllegalStateException ending) {
            return true; // the hook does it
        }
    }

    private void killWhatRuns() {
        Child last = child;
        if (last != null && last.isAlive()) {
            last.kill();
        }
    }

    // ---- signals, any thread

    /** Leaves in good order. */
    void stop() {
        later(() -> leave("told to stop"));
    }

    /** Ends at once. */
    void stopNow() {
        later(() -> {
            service.ifPresent(Service::closeNow);
            if (child != null) {
                child.kill();
            }
            end(exitCode);
        });
    }

    /** Passes a signal on to the program. */
    void passOn(String signal) {
        later(() -> {
            if (child != null) {
                try {
                    child.signal(signal);
                } catch (IOException e) {
                    host.say("SIG" + signal + " could not be passed on: " + e.getMessage());
                }
            }
        });
    }

    private void later(Runnable step) {
        try {
            thread.execute(() -> {
                try {
                    step.run();
                } catch (RuntimeException e) {
                    exit.completeExceptionally(e);
                }
            });
        } catch (RejectedExecutionException over) {
            // It is over, and nothing more is to be done.
            return;
        }
    }

    // ---- a copy of the program

    private void launch() {
        if (phase != Phase.STARTING && phase != Phase.DOWN) {
            return;
        }
        phase = Phase.STARTING;
        copies++;
        Child started;
        try {
            started = host.start(host.nextEndpoint(copies));
        } catch (IOException e) {
            child = null;
            failedToStart(
                    "cannot be started (" + reason(e)
                            + "); give a command that exists, by its path if it is not on PATH",
                    List.of());
            return;
        }
        child = started;
        ProgramStart answer = ProgramStart.await(started.endpoint().address(), plan.readyPath());
        answer.answered().thenRun(() -> later(() -> onAnswer(started)));
        started.ended()
                .thenAccept(status -> later(() -> {
                    answer.answered().cancel(/* mayInterruptIfRunning= */ false);
                    onEnd(started, status);
                }));
        timer = after(plan.startTimeout().toNanos(), () -> onStartTimeout(started, answer));
    }

    private static String reason(IOException e) {
        String message = String.valueOf(e.getMessage());
        Matcher matcher = START_ERROR.matcher(message);
        return !matcher.find() ? message : matcher.group(1) != null ? matcher.group(1) : matcher.group(2);
    }

    private void onAnswer(Child answering) {
        if (answering != child || phase != Phase.STARTING || !answering.isAlive()) {
            return;
        }
        timer.cancel(/* mayInterruptIfRunning= */ false);
        answeredNanos = System.nanoTime();
        Address address = answering.endpoint().address();
        if (service.isPresent()) {
            phase = Phase.SERVING;
            service.get().moveTo(address);
            host.say("process " + answering.pid() + " answers and takes the connections that waited");
            return;
        }
        try {
            Service registered = host.register(address, new FromDaemon());
            service = Optional.of(registered);
            phase = Phase.SERVING;
            registered.closed().whenComplete((nothing, failure) -> later(() -> onLeft(failure)));
        } catch (SocketMasterException e) {
            fail(ExitCodes.of(e), e.getMessage());
        } catch (IOException e) {
            fail(ExitCodes.REFUSED, e.getMessage());
        }
    }

    private void onEnd(Child ended, int status) {
        if (ended != child || phase == Phase.OVER) {
            return;
        }
        if (timer != null) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
        switch (phase) {
            case STARTING ->
                failedToStart(
                        "ended with " + words(status) + " before it answered on " + ended.endpoint(),
                        ended.lastLines());
            case SERVING -> crashed("process " + ended.pid() + " ended with " + words(status));
            case LEAVING -> {
                // Nobody is left to finish what runs.
                service.orElseThrow().closeNow();
                end(exitCode);
            }
            case ENDING -> end(exitCode);
            default -> throw new IllegalStateException("a program ended in phase " + phase);
        }
    }

    /** As a shell has it. */
    private static String words(int status) {
        return status > 128 && status < 128 + 65 ? "signal " + (status - 128) : "status " + status;
    }

    private void onStartTimeout(Child late, ProgramStart answer) {
        if (late != child || phase != Phase.STARTING) {
            return;
        }
        answer.answered().cancel(/* mayInterruptIfRunning= */ false);
        String sentence = "did not answer on " + late.endpoint() + " within "
                + plan.startTimeout().toMillis() + " ms (" + answer.lastReason() + "); does it listen where "
                + late.endpoint().variable() + " says?";
        if (service.isPresent()) {
            // Its end counts as a crash.
            phase = Phase.SERVING;
            host.say("process " + late.pid() + " " + sentence);
            terminate(late);
        } else {
            explain(sentence, late.lastLines());
            exitCode = ExitCodes.PROGRAM;
            endChild();
        }
    }

    /** The first copy decides about the command; a later one is tried again. */
    private void failedToStart(String sentence, List<String> lastLines) {
        if (service.isPresent()) {
            crashed("the next copy " + sentence);
        } else {
            explain(sentence, lastLines);
            end(ExitCodes.PROGRAM);
        }
    }

    private void explain(String sentence, List<String> lastLines) {
        host.say(plan.command().get(0) + " " + sentence + "; nothing was registered, and what served before goes on"
                + (lastLines.isEmpty() ? "" : ". It printed last:"));
        lastLines.forEach(line -> host.say("  " + line));
    }

    private void crashed(String what) {
        boolean steady = System.nanoTime() - answeredNanos > RunPlan.STEADY.toNanos();
        crashes = steady ? 1 : crashes + 1;
        phase = Phase.DOWN;
        child = null;
        service.orElseThrow().suspend(what);
        var delay = plan.restart().delay(crashes, ThreadLocalRandom.current().nextDouble());
        host.say(what + "; it is started again in " + delay.toMillis() + " ms, and connections wait");
        timer = after(delay.toNanos(), this::launch);
    }

    // ---- the end

    private void leave(String why) {
        switch (phase) {
            case STARTING, DOWN, SERVING -> {
                if (service.isEmpty()) {
                    endChild();
                    return;
                }
                host.say(why + "; finishing what runs");
                phase = Phase.LEAVING;
                service.get().drain();
            }
            case LEAVING -> {
                if (replacedIn.isPresent()) {
                    // Whoever was told to stop is not taken back.
                    replacedIn = Optional.empty();
                    service.orElseThrow().drain();
                }
            }
            case ENDING, OVER -> {
                // It does so already.
            }
        }
    }

    /** A newer copy has the traffic, or an operator wants none here: a crash is not repaired any more. */
    private void onLeaving(String why) {
        if (phase == Phase.STARTING || phase == Phase.SERVING || phase == Phase.DOWN) {
            host.say(why + "; finishing what runs");
            replacedIn = Optional.of(phase);
            phase = Phase.LEAVING;
        }
    }

    /** The newer copy was gone within 10 s. */
    private void onTakenBack() {
        if (phase == Phase.LEAVING && replacedIn.isPresent()) {
            host.say("the newer copy is gone; serving again");
            phase = replacedIn.get();
            replacedIn = Optional.empty();
            if (phase == Phase.DOWN) {
                launch();
            }
        }
    }

    private final class FromDaemon implements News {
        @Override
        public void leaving(String why) {
            later(() -> onLeaving(why));
        }

        @Override
        public void takenBack() {
            later(Supervisor.this::onTakenBack);
        }
    }

    /** The registration is over, by whatever cause; what ran has finished or was cut. */
    private void onLeft(Throwable failure) {
        if (phase == Phase.OVER) {
            return;
        }
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof SocketMasterException refused) {
            host.say(refused.getMessage());
            exitCode = ExitCodes.of(refused);
        }
        endChild();
    }

    private void fail(int code, String sentence) {
        host.say(sentence);
        exitCode = code;
        endChild();
    }

    /** Tells the program to end, and waits for it. */
    private void endChild() {
        if (timer != null) {
            timer.cancel(/* mayInterruptIfRunning= */ false);
        }
        phase = Phase.ENDING;
        if (child == null || !child.isAlive()) {
            end(exitCode);
        } else {
            terminate(child);
        }
    }

    private void terminate(Child leaving) {
        leaving.terminate();
        timer = after(plan.killAfter().toNanos(), () -> {
            if (leaving.isAlive()) {
                host.say("process " + leaving.pid() + " did not end within "
                        + plan.killAfter().toMillis() + " ms of SIGTERM; killing it");
                leaving.kill();
            }
        });
    }

    private void end(int code) {
        phase = Phase.OVER;
        exit.complete(code);
    }

    private ScheduledFuture<?> after(long nanos, Runnable step) {
        return thread.schedule(() -> later(step), nanos, TimeUnit.NANOSECONDS);
    }
}
