package io.socketmaster.benchmarks.own;

import io.netty.channel.EventLoopGroup;
import io.socketmaster.benchmarks.Spread;
import io.socketmaster.benchmarks.Target;
import io.socketmaster.benchmarks.load.HttpResult;
import io.socketmaster.benchmarks.load.RegistrationLoad;
import io.socketmaster.benchmarks.load.WrkLoad;
import io.socketmaster.benchmarks.process.DaemonProcess;
import io.socketmaster.benchmarks.process.JvmFacts;
import io.socketmaster.benchmarks.process.ServiceProcess;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongFunction;

/**
 * A daemon with {@value #ROUTES} services, all on one port, and another port with one route. Both ports are served by the same
 * processes, so whatever else the sessions cost is the same for both. Confined to one thread.
 */
final class BusyDaemon implements AutoCloseable {
    private static final int ROUTES = 10_000;
    private static final String SERVICE_HEAP = "-Xmx1g";
    private static final int CONNECTIONS = 64;
    /** Of the time that many rows get; here are three, and the 10,000 registrations before them warm up, too. */
    private static final int WARM_UP_PARTS = 5;

    private final Plan plan;
    private final EventLoopGroup loops;
    private final DaemonProcess daemon;
    private final ServiceProcess service;
    private long registrations;

    private BusyDaemon(Plan plan, EventLoopGroup loops, DaemonProcess daemon, ServiceProcess service) {
        this.plan = plan;
        this.loops = loops;
        this.daemon = daemon;
        this.service = service;
    }

    /** Starts it and registers all. */
    static BusyDaemon start(Plan plan, EventLoopGroup loops) throws IOException {
        DaemonProcess daemon = DaemonProcess.start(plan.daemonJar(), plan.daemonOptions());
        try {
            ServiceProcess service = ServiceProcess.behind(daemon, ROUTES, List.of(SERVICE_HEAP));
            return new BusyDaemon(plan, loops, daemon, service);
        } catch (IOException e) {
            daemon.close();
            throw e;
        }
    }

    /** Lets the compiler see what the rows will do. */
    void warmUp(Set<OwnRow> rows) throws IOException {
        if (plan.warmUp().isZero()) {
            return;
        }
        Duration part = plan.warmUp().dividedBy(WARM_UP_PARTS);
        if (rows.stream().anyMatch(OwnRow::needsWrk)) {
            get(service.http(), part);
            get(service.routes(), part);
        }
        if (rows.contains(OwnRow.REGISTRATIONS)) {
            register(part);
        }
    }

    /** The two ports in turns, each once before and once behind the other, so that no trend favours one. */
    Figure routes() throws IOException {
        double[] shares = new double[plan.rounds()];
        double[] few = new double[plan.rounds()];
        double[] many = new double[plan.rounds()];
        long errors = 0;
        for (int round = 0; round < plan.rounds(); round++) {
            HttpResult oneBefore = get(service.http(), plan.time());
            HttpResult manyAfter = get(service.routes(), plan.time());
            HttpResult manyBefore = get(service.routes(), plan.time());
            HttpResult oneAfter = get(service.http(), plan.time());
            few[round] = (oneBefore.perSecond() + oneAfter.perSecond()) / 2;
            many[round] = (manyBefore.perSecond() + manyAfter.perSecond()) / 2;
            errors += oneBefore.errors() + oneAfter.errors() + manyBefore.errors() + manyAfter.errors();
            shares[round] = many[round] / few[round];
        }
        return new Figure(
                "GET with " + count(ROUTES) + " routes on the port, of the rate with 1",
                "ratio",
                Spread.of(shares),
                Target.atLeast(0.98),
                Spread.number(Spread.of(many).median()) + " and "
                        + Spread.number(Spread.of(few).median()) + " requests/s",
                errors);
    }

    Figure registrations() {
        double[] rates = new double[plan.rounds()];
        long errors = 0;
        double slowestMillis = 0;
        for (int round = 0; round < plan.rounds(); round++) {
            HttpResult result = register(plan.time());
            rates[round] = result.perSecond();
            errors += result.errors();
            slowestMillis =
                    Math.max(slowestMillis, result.latency().orElseThrow().p99().toNanos() / 1e6);
        }
        return new Figure(
                "registrations with " + count(ROUTES) + " routes on the port",
                "1/s",
                Spread.of(rates),
                Target.atLeast(2_000),
                CONNECTIONS + " at once, 99 % within " + Spread.number(slowestMillis) + " ms",
                errors);
    }

    Figure allocation() throws IOException {
        double[] bytes = new double[plan.rounds()];
        long errors = 0;
        for (int round = 0; round < plan.rounds(); round++) {
            long before = JvmFacts.allocatedBytes(daemon.process().pid());
            HttpResult result = get(service.http(), plan.time());
            long allocated = JvmFacts.allocatedBytes(daemon.process().pid()) - before;
            bytes[round] = (double) allocated / result.requests();
            errors += result.errors();
        }
        return new Figure(
                "heap allocated for a keep-alive GET",
                "bytes",
                Spread.of(bytes),
                Target.atMost(2_048),
                "by all threads of the daemon",
                errors);
    }

    private static HttpResult get(InetSocketAddress target, Duration time) throws IOException {
        HttpResult result = WrkLoad.run(target, WrkLoad.Kind.KEEP_ALIVE, CONNECTIONS, time);
        if (result.requests() == 0) {
            throw new IOException("no request to " + target + " was answered within " + time.toMillis() + " ms: "
                    + result.errors() + " errors");
        }
        return result;
    }

    /** Paths that no other has. */
    private HttpResult register(Duration time) {
        LongFunction<HandshakeRequest> requests =
                number -> RegistrationLoad.onPath(service.routes(), "/registered-" + registrations++);
        return RegistrationLoad.run(daemon.control(), requests, CONNECTIONS, time, loops);
    }

    private static String count(int number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    @Override
    public void close() {
        service.close();
        daemon.close();
    }
}
