package io.socketmaster.cli.agent;

import io.socketmaster.client.session.Address;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where one copy of a program is to listen, and how it is told: by an environment variable and in place of a placeholder in
 * its arguments.
 *
 * @param address where it is reached
 * @param variable {@code PORT} or {@code SOCKET}
 * @param value the port, or the socket's path
 */
record Endpoint(Address address, String variable, String value) {
    static final String PORT_PLACEHOLDER = "{port}";
    static final String SOCKET_PLACEHOLDER = "{socket}";

    /** Bytes of a path that every system takes for a Unix socket, less the zero at its end. */
    private static final int MAX_SOCKET_PATH = 103;

    /**
     * A port that is free at this moment, on every address, so that the program may listen on whichever it likes.
     *
     * @param taken the public one, which is to be the daemon's
     */
    static Endpoint freePort(int taken) throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            int port = socket.getLocalPort();
            if (port == taken) {
                return freePort(taken); // another one, as this one is not free at this moment
            }
            return new Endpoint(new Address.Tcp("localhost", port), "PORT", Integer.toString(port));
        }
    }

    /**
     * A socket that does not exist yet.
     *
     * @param directory for this agent alone
     * @param number tells the copies of a program apart
     * @throws IllegalArgumentException if the path would be longer than a socket's may be
     */
    static Endpoint socket(Path directory, int number) {
        Path path = directory.resolve(number + ".sock");
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_SOCKET_PATH) {
            throw new IllegalArgumentException("the socket's path " + path + " has " + length + " bytes, and may have "
                    + MAX_SOCKET_PATH + "; set XDG_RUNTIME_DIR to a shorter directory");
        }
        return new Endpoint(new Address.Unix(path), "SOCKET", path.toString());
    }

    /** The command with placeholders replaced. */
    List<String> fill(List<String> command) {
        String placeholder = variable.equals("PORT") ? PORT_PLACEHOLDER : SOCKET_PLACEHOLDER;
        return command.stream().map(word -> word.replace(placeholder, value)).toList();
    }

    Map<String, String> environment() {
        return Map.of(variable, value);
    }

    @Override
    public String toString() {
        return variable.equals("PORT") ? "port " + value : "socket " + value;
    }
}
