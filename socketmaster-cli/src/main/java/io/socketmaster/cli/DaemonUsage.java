package io.socketmaster.cli;

import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/** The daemon as the parser of arguments knows it: for help, for advice, and for arguments that are not plain. */
final class DaemonUsage implements Callable<Integer> {
    private final CommandSpec spec =
            CommandSpec.wrapWithoutInspection(this).name("socketmaster").versionProvider(new Version());

    private DaemonUsage() {
        spec.usageMessage()
                .sortOptions(false)
                .width(100)
                .customSynopsis("socketmaster [OPTIONS]          the daemon", "       socketmaster COMMAND [...]")
                .descriptionHeading("%n")
                .description(
                        "A reverse proxy without a configuration file: services connect to the control socket, say which"
                                + " port, host, path or certificate they want, and get their traffic.",
                        "",
                        "Without a command this is the daemon. It stops on SIGTERM when what is in flight has finished.")
                .optionListHeading("%nOptions of the daemon:%n")
                .commandListHeading("%nCommands:%n")
                .exitCodeListHeading("%nExit codes of the daemon:%n")
                .exitCodeList(new TreeMap<>(Map.of(
                        "0", "told to stop, and stopped",
                        "1", "could not start, for example because the address is in use",
                        "2", "wrong usage")))
                .footerHeading("%nEnvironment:%n")
                .footer(
                        "  SOCKETMASTER_BIND, SOCKETMASTER_UNIX, SOCKETMASTER_STOP_GRACE,",
                        "  SOCKETMASTER_LONG_LIVED_DRAIN, SOCKETMASTER_SET, SOCKETMASTER_ACCESS_LOG",
                        "                          the same as the options, which win",
                        "  SOCKETMASTER_LOG_LEVEL  ERROR, WARN, INFO or DEBUG; default INFO",
                        "  SOCKETMASTER_ADDR       where services and the other commands find the daemon: HOST:PORT or",
                        "                          unix:PATH; default 127.0.0.1:9999");
        for (DaemonOption option : DaemonOption.values()) {
            OptionSpec.Builder builder = OptionSpec.builder(option.flag())
                    .paramLabel(option.label())
                    .description(option.description())
                    .type(String.class);
            if (option.isList()) {
                builder.type(List.class).auxiliaryTypes(String.class).splitRegex(",");
            }
            option.alone()
                    .ifPresent(
                            value -> builder.type(Boolean.class).arity("0..1").fallbackValue(value));
            spec.addOption(builder.build());
        }
        spec.mixinStandardHelpOptions(true);
    }

    static CommandSpec spec() {
        return new DaemonUsage().spec;
    }

    @Override
    public Integer call() throws IOException {
        Map<DaemonOption, String> given = new EnumMap<>(DaemonOption.class);
        for (DaemonOption option : DaemonOption.values()) {
            Object value = spec.findOption(option.flag()).getValue();
            List<?> values = value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
            values.forEach(one -> option.put(given, one.toString()));
        }
        return new DaemonCommand(given).run();
    }
}
