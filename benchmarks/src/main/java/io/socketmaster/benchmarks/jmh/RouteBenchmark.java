package io.socketmaster.benchmarks.jmh;

import io.socketmaster.server.route.BadHostException;
import io.socketmaster.server.route.BadPathException;
import io.socketmaster.server.route.HostName;
import io.socketmaster.server.route.HostPattern;
import io.socketmaster.server.route.PathPrefix;
import io.socketmaster.server.route.RequestPath;
import io.socketmaster.server.route.RouteTable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The route table with one route and with many: 100 paths on each host. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RouteBenchmark {
    private static final int PATHS_PER_HOST = 100;
    private static final String AUTHORITY = "host-0.example.com:8443";
    private static final String TARGET = "/service-0/items/4711?page=2";

    @Param({"1", "10000"})
    public int routes;

    private RouteTable<String> table = RouteTable.empty();
    private HostName host;
    private RequestPath path;
    private HostPattern newHost;
    private PathPrefix newPath;

    @Setup
    public void fill() throws BadHostException, BadPathException {
        for (int i = 0; i < routes; i++) {
            HostPattern pattern = HostPattern.parse("host-" + i / PATHS_PER_HOST + ".example.com");
            PathPrefix prefix = PathPrefix.parse("/service-" + i % PATHS_PER_HOST);
            table = table.with(pattern, prefix, "target " + i);
        }
        host = HostName.ofAuthority(AUTHORITY);
        path = RequestPath.of(TARGET);
        newHost = HostPattern.parse("new.example.com");
        newPath = PathPrefix.parse("/new/service");
    }

    /** Host and path as they are after the request's check. */
    @Benchmark
    public Optional<String> find() {
        return table.find(host, path);
    }

    /** With the reading of the {@code Host} field and of the target. */
    @Benchmark
    public Optional<String> parseAndFind() throws BadHostException, BadPathException {
        return table.find(HostName.ofAuthority(AUTHORITY), RequestPath.of(TARGET));
    }

    /** A registration's new table. */
    @Benchmark
    public RouteTable<String> with() {
        return table.with(newHost, newPath, "new");
    }
}
