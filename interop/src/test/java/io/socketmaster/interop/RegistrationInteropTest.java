package io.socketmaster.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.testing.TestCertificates;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Refusals, as the person reads them who started a Go service that returns the daemon's words. */
class RegistrationInteropTest {
    @RegisterExtension
    static final Interop interop = new Interop();

    @Test
    void aPortThatAnotherProgramHoldsIsPortInUseWithTheAddress() throws IOException {
        try (ServerSocket holder = new ServerSocket(0)) {
            int port = holder.getLocalPort();

            String refusal = interop.startRefused(GoService.of("echo").on(port));

            assertThat(refusal).startsWith("PORT_IN_USE: ").contains(":" + port);
        }
    }

    @Test
    void aPortAbove65535IsABadRequest() {
        assertThat(interop.startRefused(GoService.of("echo").on(70_000)))
                .startsWith("BAD_REQUEST: ")
                .contains("70000");
    }

    @Test
    void aSecondKindOnAPortIsAKindConflictNamingBoth() {
        GoService http = interop.start(GoService.of("http").path("/a"));

        assertThat(interop.startRefused(GoService.of("echo").on(http.port())))
                .startsWith("KIND_CONFLICT: ")
                .contains("tcp:" + http.port(), "http:" + http.port() + ":/a");
    }

    @Test
    void aKeyThatDoesNotFitItsCertificateIsABadCert(@TempDir Path directory) throws IOException {
        var right = TestCertificates.selfSigned(TestCertificates.Kind.EC, "example.com");
        var wrong = TestCertificates.selfSigned(TestCertificates.Kind.RSA, "example.com");
        Path certificate = Files.writeString(directory.resolve("crt"), right.certificatePem());
        Path key = Files.writeString(directory.resolve("key"), wrong.keyPem());

        assertThat(interop.startRefused(
                        GoService.of("http").tls(certificate, key).on(Ports.pick())))
                .startsWith("BAD_CERT: ");
    }
}
