package io.socketmaster.benchmarks.process;

import io.socketmaster.benchmarks.Sockets;
import io.socketmaster.benchmarks.service.ServiceMain;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The measured service as a process.
 *
 * @param process the process
 * @param http where its HTTP is reached: its own socket, or the daemon's public port
 * @param bulk the same for bulk transfers
 * @param upload the same for long uploads by HTTP
 * @param https the same for HTTP behind TLS; port 0 if it was not asked for
 * @param routes the same for HTTP on a port with many routes; port 0 if it was not asked for
 */
public record ServiceProcess(
        ChildProcess process,
        InetSocketAddress http,
        InetSocketAddress bulk,
        InetSocketAddress upload,
        InetSocketAddress https,
        InetSocketAddress routes)
        implements AutoCloseable {
    private static final Pattern READY =
            Pattern.compile("ready http=(\\d+) bulk=(\\d+) upload=(\\d+) https=(\\d+) routes=(\\d+)");

    /** Listening on plain TCP. @param tls where the certificate for HTTPS is, see {@code Certificate.writeTo} */
    public static ServiceProcess direct(Path tls, List<String> jvmOptions) throws IOException {
        return start("service-on-tcp", jvmOptions, List.of("--tls", tls.toString()));
    }

    /** Listening through the daemon. */
    public static ServiceProcess behind(DaemonProcess daemon, List<String> jvmOptions) throws IOException {
        return start("service-behind-daemon", jvmOptions, List.of("--daemon", daemon.address()));
    }

    /** The same with HTTPS. @param tls where its certificate is */
    public static ServiceProcess behind(DaemonProcess daemon, Path tls, List<String> jvmOptions) throws IOException {
        return start(
                "service-behind-daemon", jvmOptions, List.of("--daemon", daemon.address(), "--tls", tls.toString()));
    }

    /** The same with many routes, each registered by a session of its own. @param routes how many on the port */
    public static ServiceProcess behind(DaemonProcess daemon, int routes, List<String> jvmOptions) throws IOException {
        return start(
                "service-with-many-routes",
                jvmOptions,
                List.of("--daemon", daemon.address(), "--routes", Integer.toString(routes)));
    }

    private static ServiceProcess start(String name, List<String> jvmOptions, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), ServiceMain.class.getName()));
        command.addAll(arguments);
        ChildProcess process = ChildProcess.start(name, command, READY);
        Matcher ports = process.awaitReady();
        return new ServiceProcess(
                process,
                address(ports.group(1)),
                address(ports.group(2)),
                address(ports.group(3)),
                address(ports.group(4)),
                address(ports.group(5)));
    }

    private static InetSocketAddress address(String port) {
        return Sockets.loopback(Integer.parseInt(port));
    }

    @Override
    public void close() {
        process.close();
    }
}
