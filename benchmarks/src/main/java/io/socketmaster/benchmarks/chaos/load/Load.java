package io.socketmaster.benchmarks.chaos.load;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/** Clients of all kinds, each on a thread of its own, from {@link #start} to {@link #stop}. */
public final class Load {
    private static final int SMALL = 200;
    private static final int LARGE = 512 * 1024;
    private static final int POST_BYTES = 1_000;
    private static final int WORK_MILLIS = 20;

    /** A held request may take its 30 s; a thread that takes longer is a fault of its own. */
    private static final long STOP_SECONDS = 60;

    private static final int CLIENTS =
            Stream.of(Kind.values()).mapToInt(Kind::clients).sum();

    private final Targets targets;
    private final Ledger ledger;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Kind, Tally> tallies = new EnumMap<>(Kind.class);
    /** For each client, who waits for the end of its exchange; taken by the client. */
    private final AtomicReferenceArray<CountDownLatch> rounds = new AtomicReferenceArray<>(CLIENTS);

    private Load(Targets targets, Ledger ledger) {
        this.targets = targets;
        this.ledger = ledger;
    }

    /** Starts all clients. */
    public static Load start(Targets targets, Ledger ledger) {
        Load load = new Load(targets, ledger);
        for (Kind kind : Kind.values()) {
            Tally tally = new Tally(kind);
            load.tallies.put(kind, tally);
            for (int i = 0; i < kind.clients(); i++) {
                Client client = load.client(kind, tally);
                int number = load.threads.size();
                Thread thread = new Thread(() -> load.run(number, client, kind, tally), kind + " " + i);
                thread.setDaemon(true);
                load.threads.add(thread);
            }
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    private Client client(Kind kind, Tally tally) {
        HttpConnection http = new HttpConnection(() -> targets.connect(targets.http()), tally);
        return switch (kind) {
            case GET_KEEP_ALIVE -> new GetClient(http, SMALL, /* workMillis= */ 0, /* keepAlive= */ true);
            case GET_NEW_CONNECTION -> new GetClient(http, SMALL, /* workMillis= */ 0, /* keepAlive= */ false);
            case GET_SLOW -> new GetClient(http, SMALL, WORK_MILLIS, /* keepAlive= */ true);
            case HTTPS_KEEP_ALIVE ->
                new GetClient(new HttpConnection(targets::connectTls, tally), SMALL, 0, /* keepAlive= */ true);
            case GET_LARGE -> new GetClient(http, LARGE, /* workMillis= */ 0, /* keepAlive= */ true);
            case POST -> new PostClient(http, ledger, POST_BYTES, WORK_MILLIS);
            case POST_LARGE -> new PostClient(http, ledger, LARGE, /* workMillis= */ 0);
            case WEBSOCKET -> new WebSocketClient(targets, tally, /* keeps= */ false);
            case WEBSOCKET_LONG -> new WebSocketClient(targets, tally, /* keeps= */ true);
            case TCP -> new TcpClient(targets, tally, /* keeps= */ false);
            case TCP_LONG -> new TcpClient(targets, tally, /* keeps= */ true);
        };
    }

    private void run(int number, Client client, Kind kind, Tally tally) {
        long interval = TimeUnit.MILLISECONDS.toNanos(kind.intervalMillis());
        long due = System.nanoTime();
        try (client) {
            while (!stop.await(due - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                long begun = System.nanoTime();
                exchange(client, tally, begun);
                CountDownLatch waitedFor = rounds.getAndSet(number, null);
                if (waitedFor != null) {
                    waitedFor.countDown();
                }
                due = Math.max(begun + interval, System.nanoTime());
            }
        } catch (IOException e) {
            tally.bad(Outcome.LOST, "closing: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exchange(Client client, Tally tally, long begun) {
        try {
            client.exchange();
            tally.right(System.nanoTime() - begun);
        } catch (BadEndException e) {
            tally.bad(e.outcome(), e.getMessage());
        } catch (IOException e) {
            tally.bad(Outcome.LOST, e.toString());
        }
    }

    /** Waits until whatever is under way now has come to its end, whichever. */
    public void awaitRound() throws InterruptedException {
        CountDownLatch round = new CountDownLatch(CLIENTS);
        for (int i = 0; i < CLIENTS; i++) {
            rounds.set(i, round);
        }
        if (!round.await(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(
                    round.getCount() + " clients have had no answer of any kind for " + STOP_SECONDS + " s");
        }
    }

    /** HTTP requests so far. */
    public long requests() {
        return tallies.values().stream()
                .filter(tally -> tally.kind().isRequest())
                .mapToLong(Tally::total)
                .sum();
    }

    /** Lets each client finish its exchange, and tells what they all saw. */
    public List<Tally> stop() throws InterruptedException {
        stop.countDown();
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STOP_SECONDS);
        for (Thread thread : threads) {
            TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, deadline - System.nanoTime()));
            if (thread.isAlive()) {
                throw new IllegalStateException("a client does not end: " + thread.getName());
            }
        }
        return List.copyOf(tallies.values());
    }
}
