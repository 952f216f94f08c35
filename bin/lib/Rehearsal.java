import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Rehearsal JAR OPTION...: a short life of a daemon, started with those options of its JVM: start, service, request, stop. */
class Rehearsal {
    private static final Pattern LISTENING = Pattern.compile("listening\\s+(127\\.0\\.0\\.1:\\d+)");
    private static final Pattern PORT_OPEN = Pattern.compile("port-open\\s+127\\.0\\.0\\.1:(\\d+)");
    private static final Pattern SERVING = Pattern.compile("serving ");
    private static final int STOP_SECONDS = 30;

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String jar = arguments[0];
        HttpServer program = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        program.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        program.start();
        List<String> options = new ArrayList<>(Arrays.asList(arguments).subList(1, arguments.length));
        options.addAll(List.of("-jar", jar, "--bind", "127.0.0.1:0", "--unix", "none"));
        Process daemon = start(options);
        try (BufferedReader said = new BufferedReader(new InputStreamReader(daemon.getInputStream()))) {
            String control = find(LISTENING, said).group(1);
            Process service = start(List.of(
                    "-jar", jar, "forward", "--daemon", control, "--address", "127.0.0.1", "--port", "0", "--path", "/",
                    "127.0.0.1:" + program.getAddress().getPort()));
            try {
                String port = find(PORT_OPEN, said).group(1);
                find(SERVING, said);
                HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                        .timeout(Duration.ofSeconds(5))
                        .build();
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
            } finally {
                service.destroy();
            }
            // Process.destroy would close what it still says.
            daemon.toHandle().destroy();
            while (said.readLine() != null) {
                // To its end, which is when the archive is there.
            }
            if (!daemon.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the daemon did not stop");
            }
        } finally {
            daemon.destroyForcibly();
            program.stop(0);
        }
    }

    private static Process start(List<String> options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    private static Matcher find(Pattern pattern, BufferedReader said) throws IOException {
        for (String line; (line = said.readLine()) != null; ) {
            Matcher matcher = pattern.matcher(line);
            if (matcher.find()) {
                return matcher;
            }
        }
        throw new IOException("the daemon ended without a line like " + pattern);
    }
}
