package io.socketmaster.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import io.socketmaster.testing.TestCertificates.Kind;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TlsIdentityReaderTest {
    private static final Instant NOW = Instant.now();

    @ParameterizedTest
    @EnumSource
    void keysInPkcs8AreReadWhateverTheirKind(Kind kind) throws Exception {
        Credentials credentials = TestCertificates.selfSigned(kind, "a.example");

        TlsIdentity identity = read(credentials.certificatePem(), credentials.keyPem());

        assertThat(credentials.keyPem()).startsWith("-----BEGIN PRIVATE KEY-----");
        assertThat(identity.kind().name()).isEqualTo(kind.name());
        assertThat(identity.chain()).isEqualTo(credentials.chain());
        assertThat(identity.warnings()).isEmpty();
    }

    @Test
    void rsaKeysInPkcs1AndEcKeysInSec1AreRead() throws Exception {
        Credentials rsa = TestCertificates.selfSigned(Kind.RSA, "a.example");
        Credentials ec = TestCertificates.selfSigned(Kind.EC, "a.example");
        String pkcs1 = TestCertificates.traditional(rsa.key());
        String sec1 = TestCertificates.traditional(ec.key());

        assertThat(pkcs1).startsWith("-----BEGIN RSA PRIVATE KEY-----");
        assertThat(sec1).startsWith("-----BEGIN EC PRIVATE KEY-----");
        assertThat(read(rsa.certificatePem(), pkcs1).kind()).isEqualTo(KeyKind.RSA);
        assertThat(read(ec.certificatePem(), sec1).kind()).isEqualTo(KeyKind.EC);
        // As "openssl ecparam -genkey" writes it: the curve in a block of its own in front.
        String parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        assertThat(read(ec.certificatePem(), parameters + sec1).kind()).isEqualTo(KeyKind.EC);
    }

    @ParameterizedTest
    @EnumSource
    void aFullChainIsKeptLeafFirst(Kind kind) throws Exception {
        Credentials credentials = TestCertificates.chain(kind, "a.example");

        TlsIdentity identity = read(credentials.certificatePem(), credentials.keyPem());

        assertThat(identity.chain()).isEqualTo(credentials.chain());
        assertThat(identity.warnings()).isEmpty();
    }

    @Test
    void aChainInAnotherOrderIsPutInOrderWithAWarning() throws Exception {
        Credentials credentials = TestCertificates.chain(Kind.EC, "a.example");
        List<X509Certificate> leafFirst =
                List.of(credentials.chain().get(0), credentials.chain().get(1), credentials.root());
        String shuffled = TestCertificates.pemOf(List.of(leafFirst.get(2), leafFirst.get(0), leafFirst.get(1)));

        TlsIdentity identity = read(shuffled, credentials.keyPem());

        assertThat(identity.chain()).isEqualTo(leafFirst);
        assertThat(identity.warnings()).singleElement().asString().contains("order");
    }

    @Test
    void wordsBetweenTheBlocksAndWindowsLineEndsAreTolerated() throws Exception {
        Credentials credentials = TestCertificates.chain(Kind.EC, "a.example");
        String pem = TestCertificates.joined("", credentials.certificatePem(), "");

        assertThat(read(pem.replace("\n", "\r\n"), credentials.keyPem().replace("\n", "\r\n"))
                        .chain())
                .hasSize(2);
    }

    @Test
    void aKeyInTheSameTextAsTheCertificateIsFound() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");

        assertThat(read(credentials.keyPem() + credentials.certificatePem(), "").kind())
                .isEqualTo(KeyKind.EC);
    }

    @ParameterizedTest
    @EnumSource
    void aKeyThatDoesNotFitItsCertificateIsRefused(Kind kind) throws Exception {
        Credentials credentials = TestCertificates.selfSigned(kind, "a.example");
        for (Kind other : Kind.values()) {
            PrivateKey stranger = TestCertificates.keyPair(other, "stranger").getPrivate();

            assertRefused(credentials.certificatePem(), TestCertificates.pkcs8(stranger))
                    .contains("does not belong to the certificate")
                    .contains("a.example");
        }
    }

    @Test
    void anExpiredCertificateIsAWarning() throws Exception {
        Credentials credentials = TestCertificates.expired("a.example");

        assertThat(read(credentials.certificatePem(), credentials.keyPem()).warnings())
                .singleElement()
                .asString()
                .contains(
                        "expired on " + NOW.minus(Duration.ofDays(1)).toString().substring(0, 10));
    }

    @Test
    void aCertificateOfTomorrowIsAWarning() throws Exception {
        Credentials credentials = TestCertificates.selfSigned(
                Kind.EC, NOW.plus(Duration.ofDays(1)), NOW.plus(Duration.ofDays(2)), "a.example");

        assertThat(read(credentials.certificatePem(), credentials.keyPem()).warnings())
                .singleElement()
                .asString()
                .contains("not valid before");
    }

    @Test
    void namesAreTheDnsNamesInLowerCaseOrElseTheCommonName() throws Exception {
        Credentials many =
                TestCertificates.selfSigned("A.Example", "*.b.Example", "not a name", "a.example", "10.0.0.1");
        TlsIdentity identity = read(many.certificatePem(), many.keyPem());

        assertThat(identity.names()).containsExactly("a.example", "*.b.example");
        assertThat(identity.warnings()).hasSize(2).anyMatch(warning -> warning.contains("\"not a name\""));
        Credentials commonName = TestCertificates.withCommonNameOnly("c.example");
        assertThat(read(commonName.certificatePem(), commonName.keyPem()).names())
                .containsExactly("c.example");
        Credentials person = TestCertificates.withCommonNameOnly("Jane Doe");
        assertThat(read(person.certificatePem(), person.keyPem()).names()).isEmpty();
    }

    @Test
    void anEncryptedKeyIsRefusedWithTheRemedy() throws Exception {
        Credentials credentials = TestCertificates.selfSigned(Kind.RSA, "a.example");
        BouncyCastleProvider provider = new BouncyCastleProvider();
        String pkcs8 = TestCertificates.write(new JcaPKCS8Generator(
                credentials.key(),
                new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
                        .setProvider(provider)
                        .setRandom(new SecureRandom())
                        .setPassword("secret".toCharArray())
                        .build()));
        String traditional = TestCertificates.write(new JcaMiscPEMGenerator(
                credentials.key(),
                new JcePEMEncryptorBuilder("AES-128-CBC").setProvider(provider).build("secret".toCharArray())));

        assertRefused(credentials.certificatePem(), pkcs8).contains("encrypted").contains("openssl pkey");
        assertRefused(credentials.certificatePem(), traditional)
                .contains("encrypted")
                .contains("openssl pkey");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "-----BEGIN CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----",
                "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
                "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN EC PRIVATE KEY-----\nMAMCAQE=\n-----END EC PRIVATE KEY-----",
                "-----BEGIN OPENSSH PRIVATE KEY-----\nMAA=\n-----END OPENSSH PRIVATE KEY-----",
                "\0\1\2",
            })
    void whatCannotBeReadIsRefusedWithWhatWasFound(String garbage) throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");

        assertRefused(garbage, credentials.keyPem()).isNotBlank();
        assertRefused(credentials.certificatePem(), garbage).isNotBlank();
    }

    @Test
    void theRefusalSaysWhatWasFoundInstead() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");

        assertRefused(credentials.keyPem(), credentials.keyPem()).contains("found: PRIVATE KEY");
        assertRefused(credentials.certificatePem(), credentials.certificatePem())
                .contains("found: CERTIFICATE");
        assertRefused("", credentials.keyPem()).contains("found: nothing");
    }

    @Test
    void aCutKeyIsRefusedAtEachByteAndNeverQuoted() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");
        String key = credentials.keyPem();
        String secret = key.lines().skip(1).findFirst().orElseThrow();

        for (int length = 0; length < key.indexOf("-----END"); length++) {
            assertRefused(credentials.certificatePem(), key.substring(0, length))
                    .doesNotContain(secret.substring(0, 20));
        }
    }

    @Test
    void aKeyOfAKindThatTlsDoesNotUseIsRefused() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");
        for (String algorithm : new String[] {"Ed448", "X25519", "DSA"}) {
            PrivateKey key =
                    KeyPairGenerator.getInstance(algorithm).generateKeyPair().getPrivate();

            assertRefused(credentials.certificatePem(), TestCertificates.pkcs8(key))
                    .contains("RSA")
                    .contains("Ed25519");
        }
    }

    @Test
    void aBundleOfAuthoritiesIsRefused() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");

        assertRefused(credentials.certificatePem().repeat(PemObjects.MAX_BLOCKS + 1), credentials.keyPem())
                .contains("more than " + PemObjects.MAX_BLOCKS);
    }

    @Test
    void theKeyNeverShowsInTheText() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("a.example");

        assertThat(read(credentials.certificatePem(), credentials.keyPem()).toString())
                .contains("a.example")
                .doesNotContain("Private")
                .doesNotContain("key=");
    }

    private static TlsIdentity read(String certificatePem, String keyPem) throws ProtocolException {
        return TlsIdentityReader.read(new TlsMaterial(certificatePem, keyPem), NOW);
    }

    private static AbstractStringAssert<?> assertRefused(String certificatePem, String keyPem) {
        ProtocolException refusal = catchThrowableOfType(ProtocolException.class, () -> read(certificatePem, keyPem));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_CERT);
        assertThat(refusal).hasNoCause();
        return assertThat(refusal.getMessage());
    }
}
