package io.socketmaster.server.tls;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;

/**
 * Makes what ends TLS for an identity: TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only, no
 * renegotiation, no compression.
 *
 * <p>Every context has a session cache and ticket keys of its own, so that a session of one service can never be resumed at
 * another one that shares the port.
 *
 * <p>BoringSSL takes longer to load than anything else of a start, so whoever needs it first loads it, or waits until it is
 * loaded: no event loop may.
 *
 * <p>ALPN: the protocols that the caller gives, in its order of preference. A client that offers none of them would be served
 * without a negotiated protocol, on both providers alike: BoringSSL's binding cannot send the fatal alert of RFC 7301 section
 * 3.2. So the caller refuses it by its ClientHello ({@link TlsAlert#NO_APPLICATION_PROTOCOL}).
 */
public final class TlsContexts {
    /** Sessions that can be resumed, for each identity. */
    public static final int SESSION_CACHE_SIZE = 4096;

    /** How long a session can be resumed. */
    public static final Duration SESSION_TIMEOUT = Duration.ofHours(12);

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    /** By today's preference; each provider leaves out what it lacks. */
    private static final List<String> CIPHER_SUITES = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private final Supplier<SslProvider> preferred;
    private final LongSupplier nanoTime;

    TlsContexts(Supplier<SslProvider> preferred, LongSupplier nanoTime) {
        this.preferred = preferred;
        this.nanoTime = nanoTime;
    }

    /** With BoringSSL where its native library loads, else with the JDK's own TLS. */
    public static TlsContexts fastest() {
        return new TlsContexts(() -> OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK, System::nanoTime);
    }

    /** Which TLS is used and, if it is the slower one, why; for one log line at start. Loads it. */
    public String description() {
        if (preferred.get() == SslProvider.OPENSSL) {
            return OpenSsl.versionString();
        }
        Throwable cause = OpenSsl.unavailabilityCause();
        return cause == null ? "JDK" : "JDK (BoringSSL does not load: " + cause.getMessage() + ")";
    }

    /**
     * The provider for an identity. Netty's binding of BoringSSL finds no certificate for Ed25519 keys and ends the handshake
     * with {@code internal_error} (seen with 4.2.18), so the JDK serves these.
     */
    SslProvider providerFor(TlsIdentity identity) {
        return identity.kind() == KeyKind.ED25519 ? SslProvider.JDK : preferred.get();
    }

    /**
     * What ends TLS with an identity. It needs no release: what it holds outside the heap goes when it is collected.
     *
     * @param alpn protocols to negotiate, the preferred first; empty for no ALPN
     * @throws ProtocolException {@code BAD_CERT} if the TLS provider cannot work with the identity
     */
    public ServerTls server(TlsIdentity identity, List<String> alpn) throws ProtocolException {
        return server(identity, alpn, /* clientAuthorities= */ List.of());
    }

    /**
     * The same for clients that have to show a certificate.
     *
     * @param clientAuthorities who vouches for them; empty: nobody is asked
     */
    public ServerTls server(TlsIdentity identity, List<String> alpn, List<X509Certificate> clientAuthorities)
            throws ProtocolException {
        SslContextBuilder builder = SslContextBuilder.forServer(
                        identity.key(), identity.chain().toArray(new X509Certificate[0]))
                .sslProvider(providerFor(identity))
                .protocols(PROTOCOLS)
                .ciphers(CIPHER_SUITES, SupportedCipherSuiteFilter.INSTANCE)
                .sessionCacheSize(SESSION_CACHE_SIZE)
                .sessionTimeout(SESSION_TIMEOUT.toSeconds());
        if (!alpn.isEmpty()) {
            builder.applicationProtocolConfig(new ApplicationProtocolConfig(
                    Protocol.ALPN, SelectorFailureBehavior.NO_ADVERTISE, SelectedListenerFailureBehavior.ACCEPT, alpn));
        }
        if (!clientAuthorities.isEmpty()) {
            builder.trustManager(clientAuthorities.toArray(new X509Certificate[0]))
                    .clientAuth(ClientAuth.REQUIRE);
        }
        try {
            return new ServerTls(builder.build(), nanoTime);
        } catch (SSLException | RuntimeException e) {
            // Netty reports keys that it cannot use as IllegalArgumentException. The cause is kept out: it may quote
            // the key.
            throw new ProtocolException(
                    ErrorCode.BAD_CERT,
                    "the certificate "
                            + CertificateNames.subject(identity.chain().get(0))
                            + " cannot be used for TLS; use RSA with 2048 bits or more, EC P-256, or Ed25519");
        }
    }
}
