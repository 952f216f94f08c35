package io.socketmaster.client.testing;

import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.SocketMasterListener;
import io.socketmaster.client.StreamConnection;
import io.socketmaster.protocol.SocketDefinition;
import java.io.IOException;

/** A service in a process of its own, which a test can send SIGTERM: echoes until it is told to end. */
public final class EchoProcess {
    private EchoProcess() {}

    /** Runs this class with the test's class path; the daemon is told by the environment. */
    public static Process start(String daemon) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-Xshare:auto",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EchoProcess.class.getName())
                .redirectErrorStream(true);
        builder.environment().put("SOCKETMASTER_ADDR", daemon);
        return builder.start();
    }

    public static void main(String[] args) throws IOException {
        SocketMasterListener listener =
                SocketMasterClient.listen(SocketDefinition.tcp(8000)).closeOnShutdown();
        for (StreamConnection next; (next = listener.accept()) != null; ) {
            StreamConnection connection = next;
            Thread thread = new Thread(() -> echo(connection));
            thread.setDaemon(true);
            thread.start();
        }
        System.out.println("accept has ended");
    }

    private static void echo(StreamConnection connection) {
        try (connection) {
            connection.getInputStream().transferTo(connection.getOutputStream());
        } catch (IOException e) {
            System.out.println("broken: " + e.getMessage());
        }
    }
}
