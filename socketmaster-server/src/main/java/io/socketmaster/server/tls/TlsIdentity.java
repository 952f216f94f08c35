package io.socketmaster.server.tls;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;

/** A private key and the certificates that prove whose it is, known to belong together. Immutable; hides the key. */
public final class TlsIdentity {
    private final KeyKind kind;
    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final List<String> names;
    private final List<String> warnings;

    TlsIdentity(KeyKind kind, PrivateKey key, List<X509Certificate> chain, List<String> names, List<String> warnings) {
        this.kind = Objects.requireNonNull(kind, "kind");
        this.key = Objects.requireNonNull(key, "key");
        this.chain = List.copyOf(chain);
        this.names = List.copyOf(names);
        this.warnings = List.copyOf(warnings);
    }

    /** What sort of key it is. */
    public KeyKind kind() {
        return kind;
    }

    PrivateKey key() {
        return key;
    }

    /** The key's own certificate, then who signed whom; never empty. */
    public List<X509Certificate> chain() {
        return chain;
    }

    /**
     * The hosts that the certificate is for, in lower case: {@code host} or {@code *.suffix}. From its DNS names (subject
     * alternative names), or from its common name where it has none. Empty if it has neither. The wildcard of a certificate
     * covers one label (RFC 6125 section 6.4.3).
     */
    public List<String> names() {
        return names;
    }

    /** Sentences for whoever registered this: what works now but should be looked after. */
    public List<String> warnings() {
        return warnings;
    }

    /** Hides the key. */
    @Override
    public String toString() {
        return "TlsIdentity[kind=" + kind + ", names=" + names + ", certificates=" + chain.size() + "]";
    }
}
