package io.socketmaster.benchmarks.chaos;

import io.socketmaster.benchmarks.Claim;
import io.socketmaster.benchmarks.MachineFacts;
import io.socketmaster.benchmarks.chaos.Chaos.Part;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bin/chaos}: runs, prints, and exits with 1 if a claim did not hold. */
@Command(
        name = "chaos",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Services behind one daemon are replaced, restarted, frozen and killed, all as processes, while clients of every"
                    + " kind check each byte of what they get and no POST may run twice.",
            "Takes some minutes. Exits with 0 only if every claim held. Only loopback addresses are used."
        })
public final class ChaosMain implements Callable<Integer> {
    @Option(names = "--brief", description = "Some of everything, in half a minute")
    private boolean brief;

    @Option(names = "--only", split = ",", description = "Parts to run: ${COMPLETION-CANDIDATES}. Default: all")
    private List<Part> only = List.of(Part.values());

    @Option(
            names = "--daemon-jar",
            paramLabel = "FILE",
            description = "The daemon as a runnable jar. Default: from the class path")
    private Optional<Path> daemonJar = Optional.empty();

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new ChaosMain())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, GeneralSecurityException, InterruptedException {
        System.out.println(MachineFacts.describe() + "\n");
        ChaosPlan plan = brief ? ChaosPlan.brief() : ChaosPlan.full();
        List<Claim> claims = new Chaos(plan, only, System.out).run(daemonJar);
        claims.forEach(System.out::println);
        return claims.stream().allMatch(Claim::held) ? 0 : 1;
    }
}
