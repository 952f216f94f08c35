package io.socketmaster.benchmarks.own;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How long and with what.
 *
 * @param rounds of each measurement
 * @param time of one
 * @param warmUp load before the first round
 * @param daemonJar the daemon as a runnable jar; empty: from the class path
 * @param daemonOptions options of the daemon's JVM
 * @param startCommand what people start the daemon with; empty: there is none, so its start is not measured
 */
public record Plan(
        int rounds,
        Duration time,
        Duration warmUp,
        Optional<Path> daemonJar,
        List<String> daemonOptions,
        Optional<Path> startCommand) {}
