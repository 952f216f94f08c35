package io.socketmaster.cli.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.DaemonAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every command that talks to a daemon has in common: where it is, how to print, which exit codes. */
abstract class DaemonOptions implements Callable<Integer> {
    static final int DONE = 0;
    static final int NOT_DONE = 1;
    static final int USAGE = 2;
    static final int UNREACHABLE = 4;

    @Option(
            names = "--daemon",
            paramLabel = "ADDRESS",
            description = "Where the daemon is: HOST:PORT or unix:PATH. Default: SOCKETMASTER_ADDR, or 127.0.0.1:9999")
    private String daemon;

    @Option(names = "--json", description = "Print what the daemon answers, as JSON for programs.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this.")
    @SuppressWarnings("UnusedVariable") // picocli looks at the annotation, and prints the help by itself
    private boolean helpWanted;

    @Spec
    private CommandSpec spec;

    /** Asks the daemon and prints; what it refuses and where it cannot be reached is said by the caller. */
    abstract int run(DaemonClient client) throws IOException, DaemonUnreachableException, RefusedException;

    /** What to say of a refusal: the daemon's words, which a command changes where they speak of its API. */
    String explain(RefusedException refusal) {
        return refusal.isOfAName()
                ? refusal.getMessage().replaceFirst("GET /\\S+ lists those", "'socketmaster ls' shows those")
                : refusal.getMessage();
    }

    @Override
    public final Integer call() throws IOException {
        DaemonClient client = new DaemonClient(address());
        try {
            return run(client);
        } catch (DaemonUnreachableException e) {
            say(e.getMessage());
            return UNREACHABLE;
        } catch (RefusedException e) {
            if (json) {
                print(e.answer().toString());
            }
            say(explain(e));
            return e.isUsage() ? USAGE : NOT_DONE;
        } finally {
            out().flush();
        }
    }

    private Address address() {
        try {
            return daemon == null ? DaemonAddress.fromEnvironment(System.getenv()) : DaemonAddress.parse(daemon);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    /** Whether somebody said where the daemon is, here or in the environment. */
    boolean isDaemonNamed() {
        return daemon != null
                || !System.getenv().getOrDefault(DaemonAddress.VARIABLE, "").isEmpty();
    }

    /** For wrong usage that picocli cannot find. */
    ParameterException wrongUsage(String sentence) {
        return new ParameterException(spec.commandLine(), sentence);
    }

    boolean isJson() {
        return json;
    }

    /** A line of the result. */
    void print(String line) {
        out().println(line);
    }

    /** The daemon's answer for a program, or {@code words} for a person. */
    void print(JsonNode answer, String words) {
        print(json ? answer.toString() : words);
    }

    /** A line that is not part of the result. */
    void say(String sentence) {
        PrintWriter err = spec.commandLine().getErr();
        err.println(spec.commandLine().getColorScheme().errorText(spec.qualifiedName() + ": " + sentence));
        err.flush();
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }

    void flush() {
        out().flush();
    }

    /** Percent-encoded, to stand in a path or a query: a service's name may hold a slash. */
    static String encode(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** {@code /v1/pause}, or {@code /v1/pause?name=web}. */
    static String target(String verb, String service) {
        return "/v1/" + verb + (service == null ? "" : "?name=" + encode(service));
    }
}
