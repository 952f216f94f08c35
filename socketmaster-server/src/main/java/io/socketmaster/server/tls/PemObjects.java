package io.socketmaster.server.tls;

import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.X509TrustedCertificateBlock;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;

/**
 * What a PEM text holds (RFC 7468, and the older forms of OpenSSL). Text between the blocks, and blocks that are neither
 * certificate nor key, are passed over.
 *
 * @param certificates in the order of the text
 * @param keys in the order of the text
 */
record PemObjects(List<X509CertificateHolder> certificates, List<PrivateKeyInfo> keys) {
    /** More blocks than any chain has; the next one is refused. */
    static final int MAX_BLOCKS = 64;

    private static final int MAX_LABELS_SHOWN = 5;
    private static final Pattern LABEL = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

    /**
     * @param what such as {@code certificate}: how messages call this text
     * @throws ProtocolException {@code BAD_CERT} if a block is damaged, of an unknown kind, or an encrypted key
     */
    static PemObjects read(String what, String pem) throws ProtocolException {
        List<X509CertificateHolder> certificates = new ArrayList<>();
        List<PrivateKeyInfo> keys = new ArrayList<>();
        PEMParser parser = new PEMParser(new StringReader(pem));
        for (int blocks = 0; ; blocks++) {
            Object block = next(parser, what, pem);
            if (block == null) {
                return new PemObjects(certificates, keys);
            }
            if (blocks == MAX_BLOCKS) {
                throw bad("the PEM text of the " + what + " has more than " + MAX_BLOCKS
                        + " blocks; send the certificate and its intermediates, not a bundle of authorities");
            }
            if (block instanceof X509CertificateHolder certificate) {
                certificates.add(certificate);
            } else if (block instanceof X509TrustedCertificateBlock trusted) {
                certificates.add(trusted.getCertificateHolder());
            } else if (block instanceof PEMKeyPair pair) {
                keys.add(pair.getPrivateKeyInfo());
            } else if (block instanceof PrivateKeyInfo key) {
                keys.add(key);
            } else if (block instanceof PEMEncryptedKeyPair || block instanceof PKCS8EncryptedPrivateKeyInfo) {
                throw bad("the private key is encrypted; decrypt it first, for example with: openssl pkey -in key.pem");
            }
        }
    }

    private static Object next(PEMParser parser, String what, String pem) throws ProtocolException {
        try {
            return parser.readObject();
        } catch (IOException | RuntimeException e) {
            // The parser throws unchecked exceptions for damaged ASN.1. Its words are not repeated: they may quote a
            // key.
            throw bad("the PEM text of the " + what + " cannot be read: it is damaged or of an unknown kind ("
                    + describe(pem) + ")");
        }
    }

    /** What seems to be in a text, by the labels of its blocks. */
    static String describe(String pem) {
        if (pem.isBlank()) {
            return "found: nothing";
        }
        List<String> labels = new ArrayList<>();
        Matcher label = LABEL.matcher(pem);
        while (labels.size() < MAX_LABELS_SHOWN && label.find()) {
            labels.add(label.group(1));
        }
        return labels.isEmpty()
                ? "found: no line of the form -----BEGIN ...-----"
                : "found: " + String.join(", ", labels);
    }

    static ProtocolException bad(String message) {
        return new ProtocolException(ErrorCode.BAD_CERT, message);
    }
}
