import java.io.IOException;
import java.net.ServerSocket;

/** Prints a port that is free at the moment. */
class FreePort {
    public static void main(String[] arguments) throws IOException {
        try (ServerSocket probe = new ServerSocket(0)) {
            System.out.println(probe.getLocalPort());
        }
    }
}
