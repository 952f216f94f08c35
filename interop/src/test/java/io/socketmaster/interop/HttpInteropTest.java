package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import io.socketmaster.testing.TestCertificates.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HTTP and TLS for services in Go, on {@code net/http} over a yamux session. */
class HttpInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void twoServicesAnswerOnOnePortByPath() {
        GoService a = interop.start(GoService.of("http").named("a").path("/a/"));
        interop.start(GoService.of("http").named("b").path("/b/").on(a.port()));

        assertThat(answer(a, "/a/x?y=1").get("service").asText()).isEqualTo("a");
        assertThat(answer(a, "/b/").get("service").asText()).isEqualTo("b");
        assertThat(get(a, "", "/c/").get("status").asInt()).isEqualTo(404);
    }

    @Test
    void twoServicesAnswerOnOnePortByDomain() {
        GoService a = interop.start(GoService.of("http").named("a").domain("example.com"));
        interop.start(GoService.of("http").named("b").domain("b.example.com").on(a.port()));

        assertThat(answered(a, "example.com")).isEqualTo("a");
        assertThat(answered(a, "X.Example.COM.:8443")).isEqualTo("a");
        assertThat(answered(a, "b.example.com")).isEqualTo("b");
        assertThat(get(a, "evilexample.com", "/").get("status").asInt()).isEqualTo(404);
    }

    @Test
    void theServiceReceivesTheBytesThatTheClientSent() throws Exception {
        GoService service = interop.start(GoService.of("http").path("/a"));
        String body = "ü body ".repeat(50_000);

        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(service.url("/a/%7Euser/%2F?q=%20")))
                                .header("X-Mine", "yes")
                                .PUT(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(response.statusCode()).isEqualTo(200);
        JsonNode seen = JSON.readTree(response.body());
        assertThat(seen.get("method").asText()).isEqualTo("PUT");
        assertThat(seen.get("target").asText()).isEqualTo("/a/%7Euser/%2F?q=%20");
        assertThat(seen.get("host").asText()).isEqualTo(service.address());
        assertThat(seen.at("/header/X-Mine/0").asText()).isEqualTo("yes");
        assertThat(seen.get("bodySha256").asText()).isEqualTo(sha256(body));
    }

    @Test
    void theServiceLearnsOfItsClient() {
        GoService service = interop.start(GoService.of("http"));

        JsonNode header = answer(service, "/").get("header");

        assertThat(header.at("/X-Forwarded-For/0").asText()).isEqualTo("127.0.0.1");
        assertThat(header.at("/X-Forwarded-Proto/0").asText()).isEqualTo("http");
        assertThat(header.at("/X-Forwarded-Host/0").asText()).isEqualTo(service.address());
        assertThat(header.at("/X-Forwarded-Port/0").asText()).isEqualTo(String.valueOf(service.port()));
        assertThat(header.at("/X-Request-Id/0").asText()).isNotEmpty();
    }

    @Test
    void aBodyOfUnknownLengthArrivesWhole() {
        GoService service = interop.start(GoService.of("http"));

        JsonNode seen = interop.client(
                        PATIENCE, "http", "-url", service.url("/"), "-method", "POST", "-body", "5000000")
                .get("body");

        assertThat(seen.get("bodyBytes").asInt()).isEqualTo(5_000_000);
        service.awaitNoStreams();
    }

    @Test
    void aHeadRequestHasTheHeaderAndNoBody() {
        GoService service = interop.start(GoService.of("http"));

        JsonNode response = interop.client(PATIENCE, "http", "-url", service.url("/"), "-method", "HEAD");

        assertThat(response.get("status").asInt()).isEqualTo(200);
        assertThat(response.at("/header/Content-Type/0").asText()).isEqualTo("application/json");
        service.awaitNoStreams();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void eachServiceOnOnePortHasItsOwnCertificate(Kind kind, @TempDir Path directory) throws IOException {
        Credentials forA = TestCertificates.selfSigned(kind, "a.example.com");
        Credentials forB = TestCertificates.selfSigned(kind, "b.example.com");
        GoService a = interop.start(
                withCertificate(GoService.of("http").named("a").domain("a.example.com"), forA, directory.resolve("a")));
        interop.start(withCertificate(
                GoService.of("http").named("b").domain("b.example.com").on(a.port()), forB, directory.resolve("b")));

        JsonNode fromA = overTls(a, "a.example.com", directory.resolve("a.crt"));
        assertThat(fromA.at("/body/service").asText()).isEqualTo("a");
        assertThat(fromA.at("/body/header/X-Forwarded-Proto/0").asText()).isEqualTo("https");
        JsonNode fromB = overTls(a, "b.example.com", directory.resolve("b.crt"));
        assertThat(fromB.at("/body/service").asText()).isEqualTo("b");
    }

    @Test
    void aNameThatNobodyRegisteredGetsTheAlert(@TempDir Path directory) throws IOException {
        GoService service = interop.start(withCertificate(
                GoService.of("http").domain("a.example.com"),
                TestCertificates.selfSigned("a.example.com"),
                directory.resolve("a")));

        GoProcess client = interop.start(
                "client",
                "http",
                "-url",
                "https://" + service.address() + "/",
                "-ca",
                directory.resolve("a.crt").toString(),
                "-sni",
                "c.example.com");

        assertThat(client.awaitExit(PATIENCE)).isNotZero();
        assertThat(client.errors().all()).last().asString().contains("unrecognized name");
    }

    @Test
    void tlsIsEndedForAServiceThatSpeaksNoHttp(@TempDir Path directory) throws IOException {
        GoService echo = interop.start(withCertificate(
                GoService.of("echo"), TestCertificates.selfSigned("tcp.example.com"), directory.resolve("tcp")));

        JsonNode result = interop.client(
                PATIENCE,
                "tcp",
                "-addr",
                echo.address(),
                "-ca",
                directory.resolve("tcp.crt").toString(),
                "-sni",
                "tcp.example.com",
                "-text",
                "through TLS and back",
                "-await",
                "20");

        assertThat(result.get("received").asText()).isEqualTo("through TLS and back");
        assertThat(result.get("ended").asText()).isEqualTo("eof");
        echo.awaitNoStreams();
    }

    @Test
    void aClientThatEndsItsSideOfTlsStillGetsItsAnswer(@TempDir Path directory) throws IOException {
        GoService service = interop.start(withCertificate(
                GoService.of("aftereof"), TestCertificates.selfSigned("tcp.example.com"), directory.resolve("tcp")));

        JsonNode result = interop.client(
                PATIENCE,
                "tcp",
                "-addr",
                service.address(),
                "-ca",
                directory.resolve("tcp.crt").toString(),
                "-sni",
                "tcp.example.com",
                "-text",
                "hello",
                "-more",
                "3000000");

        assertThat(result.get("received").asText()).startsWith("3000005 ");
        assertThat(result.get("ended").asText()).isEqualTo("eof");
        service.awaitNoStreams();
    }

    @Test
    void muchThroughTlsArrivesUnchangedBothWays(@TempDir Path directory) throws IOException {
        GoService bulk = interop.start(withCertificate(
                GoService.of("bulk"), TestCertificates.selfSigned("bulk.example.com"), directory.resolve("bulk")));

        // The client compares the digests.
        interop.client(
                PATIENCE,
                "bulk",
                "-addr",
                bulk.address(),
                "-ca",
                directory.resolve("bulk.crt").toString(),
                "-sni",
                "bulk.example.com",
                "-up",
                "50000000",
                "-down",
                "50000000");

        bulk.awaitNoStreams();
    }

    private static GoService.Plan withCertificate(GoService.Plan plan, Credentials credentials, Path stem)
            throws IOException {
        Path certificate = Files.writeString(Path.of(stem + ".crt"), credentials.certificatePem());
        Path key = Files.writeString(Path.of(stem + ".key"), credentials.keyPem());
        return plan.tls(certificate, key);
    }

    private static JsonNode overTls(GoService service, String name, Path trusted) {
        return interop.client(
                PATIENCE,
                "http",
                "-url",
                "https://" + service.address() + "/",
                "-host",
                name,
                "-sni",
                name,
                "-ca",
                trusted.toString());
    }

    private static JsonNode get(GoService service, String host, String path) {
        return interop.client(PATIENCE, "http", "-url", service.url(path), "-host", host);
    }

    private static JsonNode answer(GoService service, String path) {
        return get(service, "", path).get("body");
    }

    private static String answered(GoService service, String host) {
        return get(service, host, "/").at("/body/service").asText();
    }

    private static String sha256(String text) throws NoSuchAlgorithmException {
        return HexFormat.of()
                .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
