package io.socketmaster.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemObjectGenerator;

/**
 * Certificates and keys made on the spot, for every test that ends or begins TLS; part of the server's test-jar. Key pairs are
 * generated once per kind and use, since RSA takes its time.
 */
public final class TestCertificates {
    private static final ConcurrentHashMap<String, KeyPair> KEYS = new ConcurrentHashMap<>();
    private static final AtomicLong SERIAL = new AtomicLong(1);

    private TestCertificates() {}

    /** Kinds of key. */
    public enum Kind {
        RSA("SHA256withRSA"),
        EC("SHA256withECDSA"),
        ED25519("Ed25519");

        private final String signature;

        Kind(String signature) {
            this.signature = signature;
        }
    }

    /**
     * A key and its certificates.
     *
     * @param chain leaf first, without the root
     * @param root what a client trusts; the leaf itself if it signed itself
     */
    public record Credentials(PrivateKey key, List<X509Certificate> chain, X509Certificate root) {
        /** PEM text of the chain. */
        public String certificatePem() {
            return pemOf(chain);
        }

        /** PEM text of the key in PKCS#8 ({@code PRIVATE KEY}). */
        public String keyPem() {
            return pkcs8(key);
        }
    }

    /** An EC certificate that signs itself, for these DNS names ({@code *.} too), valid now. */
    public static Credentials selfSigned(String... names) {
        return selfSigned(Kind.EC, names);
    }

    /** A certificate that signs itself, for these DNS names, valid now. */
    public static Credentials selfSigned(Kind kind, String... names) {
        Instant now = Instant.now();
        return selfSigned(kind, now.minus(Duration.ofHours(1)), now.plus(Duration.ofDays(30)), names);
    }

    /** An EC certificate whose time is over since yesterday. */
    public static Credentials expired(String... names) {
        Instant now = Instant.now();
        return selfSigned(Kind.EC, now.minus(Duration.ofDays(30)), now.minus(Duration.ofDays(1)), names);
    }

    /** A certificate that signs itself, valid within these bounds. */
    public static Credentials selfSigned(Kind kind, Instant from, Instant until, String... names) {
        KeyPair pair = keyPair(kind, "self-signed");
        X509Certificate certificate =
                sign(new Subject(names[0], List.of(names), false, from, until), pair, null, pair, kind);
        return new Credentials(pair.getPrivate(), List.of(certificate), certificate);
    }

    /** A certificate under an intermediate under a root, all of this kind. */
    public static Credentials chain(Kind kind, String... names) {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        Instant until = from.plus(Duration.ofDays(30));
        KeyPair rootKey = keyPair(kind, "root");
        KeyPair intermediateKey = keyPair(kind, "intermediate");
        KeyPair leafKey = keyPair(kind, "leaf");
        X509Certificate root =
                sign(new Subject("Test Root", List.of(), true, from, until), rootKey, null, rootKey, kind);
        X509Certificate intermediate = sign(
                new Subject("Test Intermediate", List.of(), true, from, until), intermediateKey, root, rootKey, kind);
        X509Certificate leaf = sign(
                new Subject(names[0], List.of(names), false, from, until),
                leafKey,
                intermediate,
                intermediateKey,
                kind);
        return new Credentials(leafKey.getPrivate(), List.of(leaf, intermediate), root);
    }

    /** A certificate that signs itself and has nothing but a common name. */
    public static Credentials withCommonNameOnly(String commonName) {
        Instant from = Instant.now().minus(Duration.ofHours(1));
        KeyPair pair = keyPair(Kind.EC, "self-signed");
        Subject subject = new Subject(commonName, List.of(), false, from, from.plus(Duration.ofDays(30)));
        X509Certificate certificate = sign(subject, pair, null, pair, Kind.EC);
        return new Credentials(pair.getPrivate(), List.of(certificate), certificate);
    }

    /** PEM text of these certificates in this order. */
    public static String pemOf(List<X509Certificate> certificates) {
        return write(certificates.stream()
                .map(certificate -> unchecked(() -> (PemObjectGenerator) new JcaMiscPEMGenerator(certificate)))
                .toArray(PemObjectGenerator[]::new));
    }

    /** PEM text of a key in PKCS#8. */
    public static String pkcs8(PrivateKey key) {
        return write(unchecked(() -> new JcaPKCS8Generator(key, null)));
    }

    /** PEM text of a key in the old form of its kind, as OpenSSL writes it: PKCS#1 for RSA, SEC1 for EC on P-256. */
    public static String traditional(PrivateKey key) {
        if (key instanceof ECPrivateKey ec) {
            return unchecked(() -> write(new PemObject(
                    "EC PRIVATE KEY",
                    new org.bouncycastle.asn1.sec.ECPrivateKey(256, ec.getS(), SECObjectIdentifiers.secp256r1)
                            .getEncoded())));
        }
        return write(unchecked(() -> new JcaMiscPEMGenerator(key)));
    }

    /** PEM text of {@code objects}, one behind the other. */
    public static String write(PemObjectGenerator... objects) {
        return unchecked(() -> {
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                for (PemObjectGenerator object : objects) {
                    writer.writeObject(object);
                }
            }
            return text.toString();
        });
    }

    /** A key pair of this kind; the same one for the same use. */
    public static KeyPair keyPair(Kind kind, String use) {
        return KEYS.computeIfAbsent(kind + " " + use, ignored -> unchecked(() -> generate(kind)));
    }

    private static KeyPair generate(Kind kind) throws GeneralSecurityException {
        switch (kind) {
            case RSA -> {
                KeyPairGenerator rsa = KeyPairGenerator.getInstance("RSA");
                rsa.initialize(2048);
                return rsa.generateKeyPair();
            }
            case EC -> {
                KeyPairGenerator ec = KeyPairGenerator.getInstance("EC");
                ec.initialize(new ECGenParameterSpec("secp256r1"));
                return ec.generateKeyPair();
            }
            case ED25519 -> {
                return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
            }
        }
        throw new AssertionError(kind);
    }

    private record Subject(String commonName, List<String> dnsNames, boolean authority, Instant from, Instant until) {}

    /** @param issuer null for a certificate that signs itself */
    private static X509Certificate sign(
            Subject subject, KeyPair pair, X509Certificate issuer, KeyPair issuerKey, Kind kind) {
        return unchecked(() -> {
            var name =
                    new X500NameBuilder().addRDN(BCStyle.CN, subject.commonName).build();
            BigInteger serial = BigInteger.valueOf(SERIAL.getAndIncrement());
            X509v3CertificateBuilder builder = issuer == null
                    ? new JcaX509v3CertificateBuilder(
                            name, serial, Date.from(subject.from), Date.from(subject.until), name, pair.getPublic())
                    : new JcaX509v3CertificateBuilder(
                            issuer, serial, Date.from(subject.from), Date.from(subject.until), name, pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(subject.authority));
            if (!subject.dnsNames.isEmpty()) {
                GeneralName[] names = subject.dnsNames.stream()
                        .map(dnsName -> new GeneralName(GeneralName.dNSName, dnsName))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder(kind.signature).build(issuerKey.getPrivate())));
        });
    }

    private interface Fallible<T> {
        T get() throws GeneralSecurityException, IOException, OperatorCreationException;
    }

    private static <T> T unchecked(Fallible<T> fallible) {
        try {
            return fallible.get();
        } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make a test certificate", e);
        }
    }

    /** All of these as one text, with words between them as {@code openssl x509 -text} writes them. */
    public static String joined(String... texts) {
        return String.join("\nCertificate:\n    Data: words that belong to no block\n", Arrays.asList(texts));
    }
}
