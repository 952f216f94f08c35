package io.socketmaster.server.tls;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;

class TlsIdentityReaderFuzzTest {
    private static final Credentials GOOD = TestCertificates.selfSigned("a.example");
    private static final String[] LABELS = {
        "CERTIFICATE",
        "TRUSTED CERTIFICATE",
        "PRIVATE KEY",
        "RSA PRIVATE KEY",
        "EC PRIVATE KEY",
        "ENCRYPTED PRIVATE KEY"
    };

    /** Bytes in a block of any label are read or refused by type, never an exception of another kind. */
    // Fuzzing is bounded by maxDuration; the time limit of ordinary tests would call its end a failure.
    @Timeout(value = 1, unit = TimeUnit.DAYS)
    @FuzzTest(maxDuration = "60s")
    void damagedBlocksAreRefusedByType(byte[] bytes) {
        if (bytes.length == 0) {
            return;
        }
        String label = LABELS[Math.floorMod(bytes[0], LABELS.length)];
        String block = "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder().encodeToString(Arrays.copyOfRange(bytes, 1, bytes.length)) + "\n-----END "
                + label + "-----\n";
        read(block, GOOD.keyPem());
        read(GOOD.certificatePem(), block);
    }

    private static void read(String certificatePem, String keyPem) {
        try {
            TlsIdentityReader.read(new TlsMaterial(certificatePem, keyPem), Instant.EPOCH);
        } catch (ProtocolException e) {
            if (e.code() != ErrorCode.BAD_CERT) {
                throw new AssertionError(e);
            }
        }
    }
}
