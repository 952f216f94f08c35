package io.socketmaster.benchmarks.load;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslContextOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import javax.net.ssl.SSLException;

/** What our own clients speak TLS with. Stateless. */
public final class TlsClient {
    /**
     * The key exchange that everything compared can do. BoringSSL on both sides would agree on one that withstands quantum
     * computers, and pay some 30 % more for that than with OpenSSL 3.0, which lacks it.
     */
    private static final String[] KEY_EXCHANGE = {"X25519"};

    private TlsClient() {}

    /** TLS 1.3, by BoringSSL where it loads; no session is taken up again. */
    public static SslContext context() throws SSLException {
        return SslContextBuilder.forClient()
                .sslProvider(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK)
                .protocols("TLSv1.3")
                // The certificate is this run's own; its signature is checked all the same.
                .trustManager(InsecureTrustManagerFactory.INSTANCE)
                .endpointIdentificationAlgorithm(null)
                // The JDK's own TLS passes it over, and offers X25519 first.
                .option(OpenSslContextOption.GROUPS, KEY_EXCHANGE)
                .build();
    }
}
