package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.Target;
import io.socketmaster.benchmarks.load.BulkClient.Direction;
import io.socketmaster.benchmarks.load.BulkLoad;
import io.socketmaster.benchmarks.load.BulkResult;
import io.socketmaster.benchmarks.load.FixedRateLoad;
import io.socketmaster.benchmarks.load.H2Load;
import io.socketmaster.benchmarks.load.HttpResult;
import io.socketmaster.benchmarks.load.WrkLoad;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** What is measured of all contenders: the rows of the tables. */
enum Workload {
    KEEP_ALIVE("GET, keep-alive", Program.WRK, Unit.REQUESTS, 1.0) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) throws IOException {
            return Measured.of(WrkLoad.run(to.http(), WrkLoad.Kind.KEEP_ALIVE, MANY, time));
        }
    },
    LATENCY("GET at a fixed rate, 99 % within", Program.OWN, Unit.MILLISECONDS, 1.25) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            Duration longer = time.multipliedBy(LATENCY_TIMES);
            return Measured.of(FixedRateLoad.run(to.http(), MANY, loads.fixedRate(), longer, loads.loops()));
        }
    },
    NEW_CONNECTION("GET, a new connection each", Program.WRK, Unit.REQUESTS, 1.2) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) throws IOException {
            return Measured.of(WrkLoad.run(to.http(), WrkLoad.Kind.NEW_CONNECTIONS, MANY, time));
        }
    },
    HTTPS("HTTPS GET, keep-alive", Program.WRK, Unit.REQUESTS, 1.0) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) throws IOException {
            return Measured.of(WrkLoad.run(to.https(), WrkLoad.Kind.TLS_KEEP_ALIVE, MANY, time));
        }
    },
    HANDSHAKE("full TLS 1.3 handshake", Program.OWN, Unit.HANDSHAKES, 0.9) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            return Measured.of(loads.handshakes().run(to.https(), MANY, time));
        }
    },
    HTTP2("HTTP/2 GET by TLS, 10 connections × 100 streams", Program.H2LOAD, Unit.REQUESTS, 1.0) {
        @Override
        boolean isOffered(Endpoints by) {
            return by.http2().isPresent();
        }

        @Override
        Measured load(Endpoints to, Loads loads, Duration time) throws IOException {
            return http2(to.http2().orElseThrow(), /* tls= */ true, time);
        }
    },
    HTTP2_CLEAR("HTTP/2 GET in clear text, 10 × 100", Program.H2LOAD, Unit.REQUESTS, 1.0) {
        @Override
        boolean isOffered(Endpoints by) {
            return by.http2Clear().isPresent();
        }

        @Override
        Measured load(Endpoints to, Loads loads, Duration time) throws IOException {
            return http2(to.http2Clear().orElseThrow(), /* tls= */ false, time);
        }
    },
    DOWNLOAD_1("download, plain TCP, 1 connection", Program.OWN, Unit.GIGABYTES, 0.8) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            return Measured.of(BulkLoad.run(to.bulk(), Direction.DOWNLOAD, 1, time, loads.loops()));
        }
    },
    UPLOAD_1("upload, plain TCP, 1 connection", Program.OWN, Unit.GIGABYTES, 0.8) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            return Measured.of(BulkLoad.run(to.bulk(), Direction.UPLOAD, 1, time, loads.loops()));
        }
    },
    DOWNLOAD_64("download, plain TCP, 64 connections", Program.OWN, Unit.GIGABYTES, 0.9) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            return Measured.of(BulkLoad.run(to.bulk(), Direction.DOWNLOAD, MANY, time, loads.loops()));
        }
    },
    UPLOAD_64("upload, plain TCP, 64 connections", Program.OWN, Unit.GIGABYTES, 0.9) {
        @Override
        Measured load(Endpoints to, Loads loads, Duration time) {
            return Measured.of(BulkLoad.run(to.bulk(), Direction.UPLOAD, MANY, time, loads.loops()));
        }
    };

    /** What a row's figure is, and for how many requests or bytes processor time is shown. */
    enum Unit {
        REQUESTS("requests/s", 1_000_000, "1M requests"),
        HANDSHAKES("handshakes/s", 1_000_000, "1M handshakes"),
        /** The 99th percentile of requests. */
        MILLISECONDS("ms", 1_000_000, "1M requests"),
        GIGABYTES("GB/s", 1, "GB");

        final String name;
        final double portion;
        final String portionName;

        Unit(String name, double portion, String portionName) {
            this.name = name;
            this.portion = portion;
            this.portionName = portionName;
        }

        /** A row's figure. */
        double of(Measurement measurement) {
            return this == MILLISECONDS
                    ? measurement.latency().orElseThrow().p99().toNanos() / 1e6
                    : measurement.rate();
        }
    }

    private static final int MANY = 64;
    /**
     * So many times as long as other rows: else the slowest requests tell of one moment only, in which something else had the
     * machine.
     */
    private static final int LATENCY_TIMES = 2;

    private static final int HTTP2_CONNECTIONS = 10;
    private static final int HTTP2_STREAMS = 100;

    final String title;
    /** Who makes the load. */
    final Program program;

    final Unit unit;
    private final double targetRatio;

    Workload(String title, Program program, Unit unit, double targetRatio) {
        this.title = title;
        this.program = program;
        this.unit = unit;
        this.targetRatio = targetRatio;
    }

    /** The row whose direct rate stands for this one's: itself, or HTTP/1.1 for HTTP/2, which the service does not speak. */
    Workload yardstick() {
        return switch (this) {
            case HTTP2 -> HTTPS;
            case HTTP2_CLEAR -> KEEP_ALIVE;
            default -> this;
        };
    }

    /** For our ratio to HAProxy. */
    Target target() {
        return unit == Unit.MILLISECONDS ? Target.atMost(targetRatio) : Target.atLeast(targetRatio);
    }

    /** Whether a contender has what this needs. */
    boolean isOffered(Endpoints by) {
        return true;
    }

    /** Loads a contender that offers it, and waits for the end. */
    abstract Measured load(Endpoints to, Loads loads, Duration time) throws IOException;

    /** Runs once and adds what the processes used meanwhile. */
    Measurement measure(Contender contender, Loads loads, Duration time) throws IOException {
        Contender.Usage before = contender.usage();
        Measured measured = load(contender.endpoints(), loads, time);
        return new Measurement(
                measured.rate,
                measured.amount,
                measured.errors,
                measured.latency,
                contender.usage().since(before));
    }

    private static Measured http2(InetSocketAddress target, boolean tls, Duration time) throws IOException {
        return Measured.of(H2Load.run(target, tls, HTTP2_CONNECTIONS, HTTP2_STREAMS, time));
    }

    /** What a load says; see {@link Measurement}. */
    record Measured(double rate, double amount, long errors, Optional<HttpResult.Latency> latency) {
        private static Measured of(HttpResult result) {
            return new Measured(result.perSecond(), result.requests(), result.errors(), result.latency());
        }

        private static Measured of(BulkResult result) {
            return new Measured(result.gigabytesPerSecond(), result.bytes() / 1e9, result.errors(), Optional.empty());
        }
    }
}
