package io.socketmaster.benchmarks.compare;

import io.socketmaster.benchmarks.process.ChildProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A proxy of others as a process.
 *
 * @param process the process, or the master of its workers
 * @param endpoints where it is reached
 */
record ProxyProcess(ChildProcess process, Endpoints endpoints) implements AutoCloseable {
    /** They print nothing when they are ready. */
    private static final Pattern NEVER = Pattern.compile("(?!)");

    /** Starts one and waits until it listens at all addresses. */
    static ChildProcess run(String name, List<String> command, List<InetSocketAddress> addresses)
            throws IOException, InterruptedException {
        ChildProcess process = ChildProcess.start(name, command, NEVER);
        for (InetSocketAddress address : addresses) {
            process.awaitListening(address);
        }
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}
