package io.socketmaster.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslSessionContext;
import io.netty.handler.ssl.OpenSslSessionStats;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslProvider;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.testing.Background;
import io.socketmaster.testing.TestCertificates;
import io.socketmaster.testing.TestCertificates.Credentials;
import io.socketmaster.testing.TestCertificates.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class TlsContextsTest {
    private static EventLoopGroup group;

    @BeforeAll
    static void start() {
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    }

    @AfterAll
    static void stop() {
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    static Stream<Arguments> everyKeyProviderAndVersion() {
        return Stream.of(Kind.values())
                .flatMap(kind -> Stream.of(SslProvider.OPENSSL, SslProvider.JDK)
                        .flatMap(provider ->
                                Stream.of("TLSv1.2", "TLSv1.3").map(version -> Arguments.of(kind, provider, version))));
    }

    @ParameterizedTest
    @MethodSource("everyKeyProviderAndVersion")
    void aClientTrustsAndIsServed(Kind kind, SslProvider provider, String version) throws Exception {
        Credentials credentials = TestCertificates.chain(kind, "localhost");
        try (Server server = new Server(serverTls(provider, credentials, "http/1.1"));
                SSLSocket client = server.connect(trusting(credentials), version, "h2", "http/1.1")) {
            client.startHandshake();

            assertThat(client.getSession().getProtocol()).isEqualTo(version);
            assertThat(client.getSession().getPeerCertificates()).containsExactlyElementsOf(credentials.chain());
            assertThat(client.getApplicationProtocol()).isEqualTo("http/1.1");
            assertThat(client.getSession().getCipherSuite()).containsAnyOf("_GCM_", "_CHACHA20_");
            client.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aClientWithWhomNoProtocolIsSharedIsServedWithoutOne(SslProvider provider) throws Exception {
        Credentials credentials = TestCertificates.selfSigned("localhost");
        try (Server server = new Server(serverTls(provider, credentials, "http/1.1"));
                SSLSocket client = server.connect(trusting(credentials), "TLSv1.3", "h2")) {
            client.startHandshake();

            assertThat(client.getApplicationProtocol()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void onlyTodaysVersionsAndSuitesAreOffered(SslProvider provider) throws Exception {
        SslContext context =
                serverTls(provider, TestCertificates.selfSigned("localhost")).context();

        assertThat(context.cipherSuites())
                .isNotEmpty()
                .allMatch(suite -> suite.contains("GCM") || suite.contains("CHACHA20"));
        assertThat(context.sessionContext().getSessionCacheSize()).isEqualTo(TlsContexts.SESSION_CACHE_SIZE);
        assertThat(context.sessionContext().getSessionTimeout())
                .isEqualTo((int) TlsContexts.SESSION_TIMEOUT.toSeconds());
    }

    @ParameterizedTest
    @EnumSource(names = {"OPENSSL", "JDK"})
    void aSessionOfOneIdentityIsNeverResumedAtAnother(SslProvider provider) throws Exception {
        Credentials one = TestCertificates.selfSigned(Kind.EC, "localhost");
        Credentials other = TestCertificates.chain(Kind.EC, "localhost");
        SSLContext client = trusting(one, other);
        ServerTls first = serverTls(provider, one);
        ServerTls second = serverTls(provider, other);
        // The same port, as far as the client can see, so that it tries to resume.
        try (Server server = new Server(first)) {
            for (String version : new String[] {"TLSv1.2", "TLSv1.3"}) {
                server.tls = first;
                exchange(server, client, version, one);
                server.tls = second;
                exchange(server, client, version, other);
            }
        }
    }

    @Test
    void aTicketIsTakenForTwelveHoursAndNoLonger() throws Exception {
        Credentials credentials = TestCertificates.selfSigned("localhost");
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - Duration.ofHours(9).toNanos());
        ServerTls tls = serverTls(SslProvider.OPENSSL, now::get, credentials);
        OpenSslSessionStats stats = ((OpenSslSessionContext) tls.context().sessionContext()).stats();
        SSLContext early = trusting(credentials);
        SSLContext late = trusting(credentials);
        SSLContext latest = trusting(credentials);
        try (Server server = new Server(tls)) {
            exchange(server, early, "TLSv1.3", credentials);
            now.addAndGet(Duration.ofHours(7).toNanos());
            exchange(server, late, "TLSv1.3", credentials);
            exchange(server, latest, "TLSv1.3", credentials);
            assertThat(opened(stats)).isZero();

            now.addAndGet(Duration.ofMinutes(4 * 60 + 59).toNanos());
            exchange(server, late, "TLSv1.3", credentials);
            assertThat(opened(stats)).as("sealed 4 h 59 min ago").isEqualTo(1);

            now.addAndGet(Duration.ofMinutes(2).toNanos());
            exchange(server, early, "TLSv1.3", credentials);
            assertThat(opened(stats)).as("sealed 12 h 1 min ago").isEqualTo(1);
            assertThat(stats.ticketKeyFail()).isEqualTo(1);

            now.addAndGet(Duration.ofHours(6).toNanos());
            exchange(server, latest, "TLSv1.3", credentials);
            assertThat(opened(stats)).as("sealed 11 h 1 min ago").isEqualTo(2);

            now.addAndGet(Duration.ofDays(30).toNanos());
            exchange(server, latest, "TLSv1.3", credentials);
            assertThat(opened(stats)).as("sealed 30 days ago").isEqualTo(2);
        }
    }

    /** Tickets that a key was there for. */
    private static long opened(OpenSslSessionStats stats) {
        return stats.ticketKeyResume() + stats.ticketKeyRenew();
    }

    private static void exchange(Server server, SSLContext trusting, String version, Credentials expected)
            throws Exception {
        try (SSLSocket client = server.connect(trusting, version)) {
            client.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            assertThat(client.getSession().getPeerCertificates()).containsExactlyElementsOf(expected.chain());
        }
    }

    @Test
    void theProviderIsSaid() {
        assertThat(new TlsContexts(() -> SslProvider.JDK, System::nanoTime).description())
                .startsWith("JDK");
        if (OpenSsl.isAvailable()) {
            assertThat(TlsContexts.fastest().description()).contains("BoringSSL");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aClientSaysWhatAnAlertTellsIt(TlsAlert alert) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> answered = Background.run(() -> answerWith(server, alert));
            try (SSLSocket client = (SSLSocket) SSLContext.getDefault()
                    .getSocketFactory()
                    .createSocket(server.getInetAddress(), server.getLocalPort())) {
                assertThatExceptionOfType(SSLException.class)
                        .isThrownBy(client::startHandshake)
                        .withMessageContaining(alert.name().toLowerCase(Locale.ROOT));
            }
            answered.get();
        }
    }

    private static void answerWith(ServerSocket server, TlsAlert alert) {
        try (Socket accepted = server.accept()) {
            accepted.getInputStream().readNBytes(5);
            accepted.getOutputStream().write(alert.record());
            accepted.shutdownOutput();
            accepted.getInputStream().readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ServerTls serverTls(SslProvider provider, Credentials credentials, String... alpn) throws Exception {
        return serverTls(provider, System::nanoTime, credentials, alpn);
    }

    private static ServerTls serverTls(
            SslProvider provider, LongSupplier nanoTime, Credentials credentials, String... alpn) throws Exception {
        TlsMaterial material = new TlsMaterial(credentials.certificatePem(), credentials.keyPem());
        return new TlsContexts(() -> provider, nanoTime)
                .server(TlsIdentityReader.read(material, Instant.now()), List.of(alpn));
    }

    private static SSLContext trusting(Credentials... all) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (Credentials credentials : all) {
            X509Certificate root = credentials.root();
            store.setCertificateEntry("root" + root.getSerialNumber(), root);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /** Echoes over TLS on a port of its own. */
    private static final class Server implements AutoCloseable {
        private final Channel channel;
        private volatile ServerTls tls;

        Server(ServerTls tls) {
            this.tls = tls;
            channel = new ServerBootstrap()
                    .group(group)
                    .channel(NioServerSocketChannel.class)
                    .childHandler(new ChannelInitializer<>() {
                        @Override
                        protected void initChannel(Channel child) {
                            child.pipeline().addLast(Server.this.tls.newHandler(child.alloc()), new Echo());
                        }
                    })
                    .bind(InetAddress.getLoopbackAddress(), 0)
                    .syncUninterruptibly()
                    .channel();
        }

        SSLSocket connect(SSLContext trusting, String version, String... alpn) throws Exception {
            int port = ((InetSocketAddress) channel.localAddress()).getPort();
            SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("localhost", port);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setProtocols(new String[] {version});
            parameters.setApplicationProtocols(alpn);
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            return socket;
        }

        @Override
        public void close() {
            channel.close().syncUninterruptibly();
        }
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            ctx.close();
        }
    }
}
