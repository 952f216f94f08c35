package io.socketmaster.server.tls;

import static io.socketmaster.server.tls.PemObjects.bad;

import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;

/**
 * Reads and checks the PEM text of a registration (contract section 1). Keys: PKCS#1, PKCS#8 or SEC1; RSA, EC or Ed25519.
 * What works is not refused: text around the blocks, a key in the same text as the certificates, certificates in any order.
 *
 * <p>Computes signatures: call it off the event loops.
 */
public final class TlsIdentityReader {
    /** Largest RSA key, in bits: each handshake computes with it. */
    static final int MAX_RSA_BITS = 8192;

    /** RSA keys below this are refused by today's clients. */
    private static final int GOOD_RSA_BITS = 2048;

    private final List<String> warnings = new ArrayList<>();

    private TlsIdentityReader() {}

    /**
     * @param now decides whether a certificate has expired, which is a warning and not an error
     * @throws ProtocolException {@code BAD_CERT} with a sentence that names the fault and the remedy, never the key
     */
    public static TlsIdentity read(TlsMaterial material, Instant now) throws ProtocolException {
        return new TlsIdentityReader().readAll(material, now);
    }

    private TlsIdentity readAll(TlsMaterial material, Instant now) throws ProtocolException {
        PemObjects fromCertificate = PemObjects.read("certificate", material.certificatePem());
        PemObjects fromKey = PemObjects.read("private key", material.keyPem());
        List<X509Certificate> given = certificates(fromCertificate, material);
        PrivateKey key = key(fromKey.keys().isEmpty() ? fromCertificate : fromKey, material);
        KeyKind kind = KeyKind.of(key)
                .orElseThrow(() -> bad("the private key is neither RSA nor EC nor Ed25519; use one of these"));
        checkSize(key);
        List<X509Certificate> chain = chain(given, leaf(given, kind, key));
        if (!chain.equals(given)) {
            warnings.add("the certificates were not in order; they are sent leaf first");
        }
        chain.forEach(certificate -> warnIfNotValid(certificate, now));
        CertificateNames.Names names = CertificateNames.of(chain.get(0));
        names.unusable().forEach(name -> warnings.add("the certificate's name " + name + " is no host name; ignored"));
        return new TlsIdentity(kind, key, chain, names.usable(), warnings);
    }

    private static List<X509Certificate> certificates(PemObjects pem, TlsMaterial material) throws ProtocolException {
        if (pem.certificates().isEmpty()) {
            throw bad("there is no certificate in the certificate's PEM text ("
                    + PemObjects.describe(material.certificatePem()) + "); send CERTIFICATE blocks, leaf first");
        }
        JcaX509CertificateConverter converter = new JcaX509CertificateConverter();
        List<X509Certificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder : pem.certificates()) {
            try {
                certificates.add(converter.getCertificate(holder));
            } catch (CertificateException | RuntimeException e) {
                // Damaged ASN.1 shows as unchecked exceptions in places.
                // named.
                throw bad("certificate " + (certificates.size() + 1) + " cannot be read; export it again as PEM");
            }
        }
        return certificates;
    }

    private static PrivateKey key(PemObjects pem, TlsMaterial material) throws ProtocolException {
        if (pem.keys().isEmpty()) {
            throw bad("there is no private key in the key's PEM text (" + PemObjects.describe(material.keyPem())
                    + "); send a PRIVATE KEY, RSA PRIVATE KEY or EC PRIVATE KEY block");
        }
        PrivateKeyInfo info = pem.keys().get(0);
        try {
            return new JcaPEMKeyConverter().getPrivateKey(info);
        } catch (IOException | RuntimeException e) {
            // Without the cause and its words: they may quote the key.
            throw bad("the private key (algorithm "
                    + info.getPrivateKeyAlgorithm().getAlgorithm() + ") cannot be used; use RSA, EC with a named curve"
                    + " such as P-256, or Ed25519");
        }
    }

    private void checkSize(PrivateKey key) throws ProtocolException {
        if (!(key instanceof RSAKey rsa)) {
            return;
        }
        int bits = rsa.getModulus().bitLength();
        if (bits > MAX_RSA_BITS) {
            throw bad(
                    "the RSA key has " + bits + " bits, more than " + MAX_RSA_BITS + "; use 2048 to 4096, or EC P-256");
        }
        if (bits < GOOD_RSA_BITS) {
            warnings.add("the RSA key has only " + bits + " bits; clients refuse keys below " + GOOD_RSA_BITS);
        }
    }

    /** The certificate that the key belongs to, proved by a signature. */
    private static X509Certificate leaf(List<X509Certificate> certificates, KeyKind kind, PrivateKey key)
            throws ProtocolException {
        byte[] probe;
        try {
            probe = kind.signProbe(key);
        } catch (GeneralSecurityException | RuntimeException e) {
            // Numbers that are no key show as unchecked exceptions in places. Without the words, which may quote them.
            throw bad("the private key is damaged: nothing can be signed with it");
        }
        for (X509Certificate certificate : certificates) {
            if (kind.verifies(certificate.getPublicKey(), key, probe)) {
                return certificate;
            }
        }
        throw bad("the private key does not belong to the certificate " + CertificateNames.subject(certificates.get(0))
                + "; send the key that the certificate was requested with");
    }

    /** From the leaf by issuer; what is nobody's issuer stays at the end, since some client may want it. */
    private static List<X509Certificate> chain(List<X509Certificate> given, X509Certificate leaf) {
        List<X509Certificate> rest = new ArrayList<>(given);
        List<X509Certificate> chain = new ArrayList<>();
        X509Certificate next = leaf;
        while (next != null) {
            chain.add(next);
            rest.remove(next);
            next = issuer(next, rest);
        }
        chain.addAll(rest);
        return chain;
    }

    private static X509Certificate issuer(X509Certificate certificate, List<X509Certificate> candidates) {
        for (X509Certificate candidate : candidates) {
            if (candidate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
                return candidate;
            }
        }
        return null;
    }

    private void warnIfNotValid(X509Certificate certificate, Instant now) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (now.isAfter(until)) {
            warnings.add("the certificate " + CertificateNames.subject(certificate) + " expired on "
                    + until.atOffset(ZoneOffset.UTC).toLocalDate());
        } else if (now.isBefore(from)) {
            warnings.add("the certificate " + CertificateNames.subject(certificate) + " is not valid before "
                    + from.atOffset(ZoneOffset.UTC).toLocalDate());
        }
    }
}
