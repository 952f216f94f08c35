package io.socketmaster.cli;

import io.socketmaster.cli.verify.LoadPlan;
import io.socketmaster.cli.verify.Report;
import io.socketmaster.cli.verify.ReportJson;
import io.socketmaster.cli.verify.ReportText;
import io.socketmaster.cli.verify.Target;
import io.socketmaster.cli.verify.Verification;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code socketmaster verify}: does a deploy lose requests? */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        usageHelpWidth = 100,
        customSynopsis = "socketmaster verify URL [OPTIONS] -- COMMAND [ARGUMENT...]",
        descriptionHeading = "%n",
        description = {
            "Sends a steady load to URL while COMMAND runs, a deploy for example, and counts what became of every"
                    + " request: answered or lost, each once.",
            "",
            "Requests are due at fixed times, whether or not earlier ones were answered, and their wait counts from then:"
                    + " a stall shows up as waits, not as fewer requests. Lost is what got no connection, no answer in"
                    + " time, a truncated answer, or a status of 500 to 599. Nothing is repeated but an idempotent"
                    + " request whose kept-alive connection was closed before any byte of the answer, as every client"
                    + " does; that is counted as retried."
        },
        parameterListHeading = "%n",
        optionListHeading = "%nOptions:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing was lost and the command succeeded",
            "1:something was lost, or URL did not answer at all and the command was not started",
            "2:wrong usage",
            "3:the command failed, or could not be started"
        },
        footerHeading = "%nExample:%n",
        footer = "  socketmaster verify http://127.0.0.1:8080/b/ -- systemctl restart service-b")
final class VerifyCommand implements Callable<Integer> {
    @Parameters(index = "0", paramLabel = "URL", description = "Where requests go: http or https.")
    private String url;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "COMMAND", description = "What to run meanwhile.")
    private List<String> command;

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + LoadPlan.DEFAULT_RATE,
            description = "Requests a second. Default: " + LoadPlan.DEFAULT_RATE)
    private int rate;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "" + LoadPlan.DEFAULT_CONNECTIONS,
            description = "Kept-alive connections; a request waits when all are busy. Default: "
                    + LoadPlan.DEFAULT_CONNECTIONS)
    private int connections;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "GET",
            description = "GET or POST (with an empty body). Default: GET")
    private LoadPlan.Method method;

    @Option(
            names = "--header",
            paramLabel = "'NAME: VALUE'",
            description = "A header for every request; may be given more than once.")
    private List<String> headers = List.of();

    @Option(names = "--insecure", description = "Accept any certificate.")
    private boolean insecure;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "40s",
            description = "How long a request may take. Default: 40s, more than the daemon's hold of 30s")
    private Duration timeout;

    @Option(
            names = "--before",
            paramLabel = "TIME",
            defaultValue = "2s",
            description = "How long the load runs before the command. Default: 2s")
    private Duration before;

    @Option(
            names = "--after",
            paramLabel = "TIME",
            defaultValue = "2s",
            description = "How long the load runs on after the command. Default: 2s")
    private Duration after;

    @Option(names = "--json", description = "Print the result as JSON; what COMMAND prints goes to standard error.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        Report report = verification(line -> {
                    err.println(line);
                    err.flush();
                })
                .run(command, json);
        if (json) {
            out.println(ReportJson.of(report));
        } else {
            ReportText.lines(report).forEach(out::println);
        }
        out.flush();
        return report.exitCode();
    }

    private Verification verification(Consumer<String> progress) {
        try {
            LoadPlan plan =
                    new LoadPlan(Target.parse(url), method, parsedHeaders(), rate, connections, insecure, timeout);
            return new Verification(plan, before, after, progress);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private List<Map.Entry<String, String>> parsedHeaders() {
        List<Map.Entry<String, String>> parsed = new ArrayList<>();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon <= 0) {
                throw new IllegalArgumentException("'" + header + "' is not a header; write 'NAME: VALUE'");
            }
            parsed.add(Map.entry(
                    header.substring(0, colon).strip(),
                    header.substring(colon + 1).strip()));
        }
        return parsed;
    }
}
