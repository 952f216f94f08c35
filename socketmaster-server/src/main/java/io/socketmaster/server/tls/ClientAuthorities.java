package io.socketmaster.server.tls;

import static io.socketmaster.server.tls.PemObjects.bad;

import io.socketmaster.protocol.ProtocolException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;

/** Reads the certificates of those who vouch for clients. */
public final class ClientAuthorities {
    private ClientAuthorities() {}

    /** @throws ProtocolException {@code BAD_CERT} if there is no certificate in {@code pem}, or one that cannot be read */
    public static List<X509Certificate> read(String pem) throws ProtocolException {
        List<X509Certificate> authorities = new ArrayList<>();
        for (X509CertificateHolder each : PemObjects.read("client CA", pem).certificates()) {
            try {
                authorities.add(new JcaX509CertificateConverter().getCertificate(each));
            } catch (CertificateException e) {
                throw bad("a certificate of the client CA cannot be read: " + e.getMessage());
            }
        }
        if (authorities.isEmpty()) {
            throw bad("the client CA holds no certificate (" + PemObjects.describe(pem) + ")");
        }
        return authorities;
    }
}
