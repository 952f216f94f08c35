package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.load.BulkClient.Direction;
import io.socketmaster.benchmarks.load.BulkLoad;
import io.socketmaster.benchmarks.load.BulkResult;
import io.socketmaster.benchmarks.load.HttpResult;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** What is measured: the rows of the tables. */
enum Workload {
    KEEP_ALIVE("GET, keep-alive, 64 connections", Unit.REQUESTS) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) throws IOException {
            return ofHttp(loads.http(contender.http(), /* newConnections= */ false, MANY, time));
        }
    },
    NEW_CONNECTION("GET, a new connection each, 64 at once", Unit.REQUESTS) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) throws IOException {
            return ofHttp(loads.http(contender.http(), /* newConnections= */ true, MANY, time));
        }
    },
    DOWNLOAD_1("download, plain TCP, 1 connection", Unit.GIGABYTES) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) {
            return ofBulk(BulkLoad.run(contender.bulk(), Direction.DOWNLOAD, 1, time, loads.loops()));
        }
    },
    UPLOAD_1("upload, plain TCP, 1 connection", Unit.GIGABYTES) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) {
            return ofBulk(BulkLoad.run(contender.bulk(), Direction.UPLOAD, 1, time, loads.loops()));
        }
    },
    DOWNLOAD_64("download, plain TCP, 64 connections", Unit.GIGABYTES) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) {
            return ofBulk(BulkLoad.run(contender.bulk(), Direction.DOWNLOAD, MANY, time, loads.loops()));
        }
    },
    UPLOAD_64("upload, plain TCP, 64 connections", Unit.GIGABYTES) {
        @Override
        Measurement load(Contender contender, Loads loads, Duration time) {
            return ofBulk(BulkLoad.run(contender.bulk(), Direction.UPLOAD, MANY, time, loads.loops()));
        }
    };

    /** What a workload counts, and for how many of them processor time is shown. */
    enum Unit {
        REQUESTS("requests/s", 100_000, "100k requests"),
        GIGABYTES("GB/s", 1, "GB");

        final String rate;
        final double portion;
        final String portionName;

        Unit(String rate, double portion, String portionName) {
            this.rate = rate;
            this.portion = portion;
            this.portionName = portionName;
        }
    }

    private static final int MANY = 64;

    final String title;
    final Unit unit;

    Workload(String title, Unit unit) {
        this.title = title;
        this.unit = unit;
    }

    abstract Measurement load(Contender contender, Loads loads, Duration time) throws IOException;

    /** Runs once and adds what the processes used meanwhile. */
    Measurement measure(Contender contender, Loads loads, Duration time) throws IOException {
        double proxyBefore = contender.proxyCpuSeconds();
        double serviceBefore = contender.serviceCpuSeconds();
        Measurement loaded = load(contender, loads, time);
        return new Measurement(
                loaded.rate(),
                loaded.amount(),
                loaded.errors(),
                loaded.latency(),
                contender.proxyCpuSeconds() - proxyBefore,
                contender.serviceCpuSeconds() - serviceBefore);
    }

    private static Measurement ofHttp(HttpResult result) {
        return new Measurement(
                result.perSecond(),
                result.requests(),
                result.errors(),
                Optional.of(new Measurement.Latency(result.p50(), result.p99())),
                0,
                0);
    }

    private static Measurement ofBulk(BulkResult result) {
        return new Measurement(
                result.gigabytesPerSecond(), result.bytes() / 1e9, result.errors(), Optional.empty(), 0, 0);
    }
}
