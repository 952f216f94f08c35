package io.socketmaster.server.tls;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.util.Optional;

/** The kinds of key with which the daemon ends TLS. */
public enum KeyKind {
    RSA("RSA", "SHA256withRSA"),
    EC("EC", "SHA256withECDSA"),
    ED25519("EdDSA", "Ed25519");

    private static final byte[] PROBE = {'s', 'o', 'c', 'k', 'e', 't', 'm', 'a', 's', 't', 'e', 'r'};

    private final String keyAlgorithm;
    private final String signatureAlgorithm;

    KeyKind(String keyAlgorithm, String signatureAlgorithm) {
        this.keyAlgorithm = keyAlgorithm;
        this.signatureAlgorithm = signatureAlgorithm;
    }

    static Optional<KeyKind> of(PrivateKey key) {
        if (key instanceof EdECKey edwards && !edwards.getParams().getName().equals(ED25519.signatureAlgorithm)) {
            return Optional.empty(); // Ed448 has the same algorithm name and no client
        }
        for (KeyKind kind : values()) {
            if (kind.keyAlgorithm.equals(key.getAlgorithm())) {
                return Optional.of(kind);
            }
        }
        return Optional.empty();
    }

    /** Signs something that means nothing, to be checked with {@link #verifies}. */
    byte[] signProbe(PrivateKey key) throws GeneralSecurityException {
        Signature signature = Signature.getInstance(signatureAlgorithm);
        signature.initSign(key);
        signature.update(PROBE);
        return signature.sign();
    }

    /** Whether {@code probe} was signed by {@code key} with the private half of {@code candidate}. */
    boolean verifies(PublicKey candidate, PrivateKey key, byte[] probe) {
        if (!candidate.getAlgorithm().equals(keyAlgorithm)) {
            return false;
        }
        if (key instanceof RSAKey own
                && candidate instanceof RSAKey other
                && !own.getModulus().equals(other.getModulus())) {
            return false; // spares the arithmetic with a modulus that a stranger chose
        }
        try {
            Signature signature = Signature.getInstance(signatureAlgorithm);
            signature.initVerify(candidate);
            signature.update(PROBE);
            return signature.verify(probe);
        } catch (GeneralSecurityException e) {
            return false; // a key of another curve says so by throwing: it does not fit either
        }
    }
}
