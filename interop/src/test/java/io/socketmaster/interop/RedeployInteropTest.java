package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A Go service leaves, in good order or not, and comes back. */
class RedeployInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOAD = Duration.ofSeconds(50);
    private static final int REDEPLOYS = 5;
    private static final int REQUESTS = 8_000;
    private static final int CONNECTIONS = 20_000;
    private static final int AT_A_TIME = 16;
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @Test
    void aRequestThatCameWhileTheKilledServiceWasAwayIsAnsweredByItsSuccessor() throws Exception {
        GoService killed = interop.start(GoService.of("http").named("first"));
        assertThat(get(killed, "/").get().body()).contains("\"first\"");
        int before = interop.journal().size();

        killed.process().kill();
        interop.awaitEvent(before, "absent", killed);
        CompletableFuture<HttpResponse<String>> held = get(killed, "/");
        CompletableFuture<HttpResponse<String>> heldPost =
                send(killed, "/", HttpRequest.BodyPublishers.ofString("once"));
        interop.journal()
                .await(before, "that two are held", line -> line.startsWith("held") && line.endsWith(" 2"), PATIENCE);
        assertThat(held).isNotDone();
        long back = System.nanoTime();
        interop.start(GoService.of("http").named("second").on(killed.port()));

        assertThat(held.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).contains("\"second\"");
        assertThat(heldPost.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).contains("\"second\"");
        System.out.printf("interop: held requests were answered %d ms after the service's start%n", millisSince(back));
    }

    @Test
    void aGetThatWaitsForItsAnswerWhenTheServiceIsKilledIsAskedOnceMore() throws Exception {
        GoService killed = interop.start(GoService.of("http").named("first"));
        CompletableFuture<HttpResponse<String>> get = get(killed, "/?wait");
        killed.awaits("waiting");

        killed.process().kill();
        GoService successor = interop.start(GoService.of("http").named("second").on(killed.port()));
        successor.awaits("waiting");
        successor.process().command("release");

        HttpResponse<String> response = get.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("\"second\"");
    }

    @Test
    void aPostThatWaitsForItsAnswerWhenTheServiceIsKilledIsABadGatewayAndNeverRunTwice() throws Exception {
        GoService killed = interop.start(GoService.of("http").named("first"));
        CompletableFuture<HttpResponse<String>> post =
                send(killed, "/?wait", HttpRequest.BodyPublishers.ofString("once"));
        killed.awaits("waiting");

        killed.process().kill();

        assertThat(post.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).statusCode())
                .isEqualTo(502);
        GoService successor = interop.start(GoService.of("http").named("second").on(killed.port()));
        assertThat(get(successor, "/").get().body()).contains("\"second\"");
        assertThat(successor.process().output().all()).doesNotContain("waiting");
    }

    @Test
    void afterGoAwayTheRequestInFlightIsFinishedAndNewOnesGoToTheNextService() throws Exception {
        GoService leaving = interop.start(GoService.of("http").named("first"));
        CompletableFuture<HttpResponse<String>> inFlight =
                send(leaving, "/?wait", HttpRequest.BodyPublishers.ofString("once"));
        leaving.awaits("waiting");

        leaving.goAway();
        interop.start(GoService.of("http").named("second").on(leaving.port()));

        assertThat(get(leaving, "/").get().body()).contains("\"second\"");
        assertThat(inFlight).isNotDone();
        leaving.process().command("release");
        assertThat(inFlight.get(PATIENCE.toSeconds(), TimeUnit.SECONDS).body()).contains("\"first\"");
        leaving.awaitNoStreams();
    }

    @Test
    void underLoadServicesThatGoAwayAndAreReplacedLoseNothing() {
        GoService current = interop.start(GoService.of("http"));
        GoProcess load = startLoad(current);

        for (int i = 0; i < REDEPLOYS; i++) {
            awaitServing(current);
            int before = interop.journal().size();
            GoService leaving = current;
            leaving.goAway();
            current = interop.start(GoService.of("http").on(leaving.port()));
            interop.awaitEvent(before, "drained", leaving);
            leaving.process().endInput();
            leaving.process().awaitExit(PATIENCE);
        }

        assertNothingLost(load);
    }

    @Test
    void underLoadServicesThatAreReplacedLoseNothing() {
        GoService first = interop.start(GoService.of("http"));
        GoProcess load = startLoad(first);

        // Those that were replaced stay: the daemon may take them back for 10 s.
        for (int i = 0; i < REDEPLOYS; i++) {
            interop.start(GoService.of("http").on(first.port()));
        }

        assertNothingLost(load);
    }

    @Test
    void underLoadPlainTcpServicesThatGoAwayAndAreReplacedLoseNothing() {
        GoService current = interop.start(GoService.of("echo"));
        GoProcess load = interop.start(
                "client",
                "short",
                "-addr",
                current.address(),
                "-n",
                String.valueOf(CONNECTIONS),
                "-at-a-time",
                String.valueOf(AT_A_TIME));

        for (int i = 0; i < REDEPLOYS; i++) {
            int before = interop.journal().size();
            GoService leaving = current;
            leaving.goAway();
            current = interop.start(GoService.of("echo").on(leaving.port()));
            interop.awaitEvent(before, "drained", leaving);
            leaving.process().endInput();
            leaving.process().awaitExit(PATIENCE);
        }

        JsonNode result = Interop.result(load, LOAD);
        System.out.println("interop: TCP load over " + REDEPLOYS + " redeploys: " + result);
        assertThat(result.get("failed").asInt()).as(result.toString()).isZero();
        assertThat(result.get("ok").asInt()).isEqualTo(CONNECTIONS);
    }

    /** What was in flight is sent again, once: so each service has answered before the next one is killed. */
    @Test
    void underLoadServicesThatAreKilledLoseNoRequestThatMayBeSentAgain() {
        GoService current = interop.start(GoService.of("http"));
        GoProcess load = startLoad(current);

        for (int i = 0; i < REDEPLOYS; i++) {
            awaitServing(current);
            current.process().kill();
            current = interop.start(GoService.of("http").on(current.port()));
        }

        assertNothingLost(load);
    }

    private static GoProcess startLoad(GoService service) {
        return interop.start(
                "client",
                "http",
                "-url",
                service.url("/"),
                "-n",
                String.valueOf(REQUESTS),
                "-at-a-time",
                String.valueOf(AT_A_TIME),
                "-keep-alive=false");
    }

    /** Waits until it has answered: a service that leaves before is another matter, since then requests are refused again. */
    private static void awaitServing(GoService service) {
        assertThat(get(service, "/").join().statusCode()).isEqualTo(200);
    }

    private static void assertNothingLost(GoProcess load) {
        JsonNode result = outcome(load);
        assertThat(result.get("failed").asInt()).as(result.toString()).isZero();
    }

    private static JsonNode outcome(GoProcess load) {
        JsonNode result = Interop.result(load, LOAD);
        System.out.println("interop: load over " + REDEPLOYS + " redeploys: " + result);
        assertThat(result.get("ok").asInt() + result.get("failed").asInt()).isEqualTo(REQUESTS);
        return result;
    }

    private static CompletableFuture<HttpResponse<String>> get(GoService service, String path) {
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(URI.create(service.url(path))).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static CompletableFuture<HttpResponse<String>> send(
            GoService service, String path, HttpRequest.BodyPublisher body) {
        return CLIENT.sendAsync(
                HttpRequest.newBuilder(URI.create(service.url(path))).POST(body).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static long millisSince(long startNanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
    }
}
