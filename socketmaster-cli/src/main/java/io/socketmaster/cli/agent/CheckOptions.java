package io.socketmaster.cli.agent;

import io.socketmaster.client.forward.HealthCheck;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How a program's health is looked at. */
final class CheckOptions {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--check",
            paramLabel = "tcp|PATH",
            description =
                    "Check the program's health: 'tcp' connects, a path such as /health is asked for and must answer with"
                            + " a status of 2xx. One that fails leaves the rotation, unless it is the last one of its service,"
                            + " and comes back with the first check that it passes. Default: no checks")
    private String check;

    @Option(
            names = "--check-interval",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "Between two checks. Default: 5s")
    private Duration interval;

    @Option(
            names = "--check-timeout",
            paramLabel = "TIME",
            defaultValue = "2s",
            description = "How long a check may take. Default: 2s")
    private Duration timeout;

    @Option(
            names = "--check-failures",
            paramLabel = "N",
            defaultValue = "" + HealthCheck.DEFAULT_FAILURES,
            description = "Failures in a row until it leaves. Default: " + HealthCheck.DEFAULT_FAILURES)
    private int failures;

    /** @throws ParameterException naming the fault and the remedy */
    Optional<HealthCheck> healthCheck() {
        if (check == null) {
            return Optional.empty();
        }
        try {
            Optional<String> path = check.equals("tcp") ? Optional.empty() : Optional.of(check);
            return Optional.of(new HealthCheck(path, interval, timeout, failures));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }
}
