package io.socketmaster.benchmarks.process;

import io.socketmaster.benchmarks.Sockets;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The daemon as a process, its control socket on a port that the system chose.
 *
 * @param process the process
 * @param address where services register, as {@code host:port}
 */
public record DaemonProcess(ChildProcess process, String address) implements AutoCloseable {
    private static final String MAIN = "io.socketmaster.cli.Main";
    private static final Pattern LISTENING = Pattern.compile("listening\\s+(127\\.0\\.0\\.1:\\d+)");

    /**
     * Starts a daemon.
     *
     * @param jar the runnable jar; empty: the same program from this program's class path
     */
    public static DaemonProcess start(Optional<Path> jar, List<String> jvmOptions) throws IOException {
        return start(jar, jvmOptions, /* settings= */ List.of());
    }

    /** The same with limits and times of its own. @param settings as {@code NAME=VALUE} */
    public static DaemonProcess start(Optional<Path> jar, List<String> jvmOptions, List<String> settings)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        if (jar.isPresent()) {
            command.addAll(List.of("-jar", jar.get().toString()));
        } else {
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        }
        command.addAll(List.of("--bind", "127.0.0.1:0", "--unix", "none", "--stop-grace", "1s"));
        settings.forEach(setting -> command.addAll(List.of("--set", setting)));
        ChildProcess process = ChildProcess.start("daemon", command, LISTENING);
        return new DaemonProcess(process, process.awaitReady().group(1));
    }

    /** Where services register. */
    public InetSocketAddress control() {
        return Sockets.loopback(Integer.parseInt(address.substring(address.lastIndexOf(':') + 1)));
    }

    @Override
    public void close() {
        process.close();
    }
}
