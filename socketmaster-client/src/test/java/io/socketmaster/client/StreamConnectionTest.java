package io.socketmaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.netty.channel.ChannelFuture;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.netty.StreamClosedException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A connection as an application that blocks sees it. */
class StreamConnectionTest {
    private static final int MIB = 1024 * 1024;

    private final FakeDaemon daemon = FakeDaemon.start();
    private SocketMasterListener listener;
    private FakeSession session;

    @BeforeEach
    void listen() throws Exception {
        listener = SocketMasterClient.builder().daemon(daemon.address()).listen(SocketDefinition.tcp(8000));
        session = daemon.nextSession();
    }

    @AfterEach
    void stop() {
        listener.closeNow();
        daemon.close();
    }

    @Test
    void aConnectionKnowsItsClientFromThePROXYHeader() throws Exception {
        ProxyHeader header = ProxyHeader.of(
                        new InetSocketAddress("2001:db8::1", 51000), new InetSocketAddress("2001:db8::2", 443))
                .withAuthority("a.example")
                .withAlpn("http/1.1")
                .withTls("TLSv1.3", "TLS_AES_128_GCM_SHA256");
        session.open(header).write("x");

        try (StreamConnection connection = listener.accept()) {
            assertThat(connection.remoteAddress()).isEqualTo(new InetSocketAddress("2001:db8::1", 51000));
            assertThat(connection.localAddress()).isEqualTo(new InetSocketAddress("2001:db8::2", 443));
            assertThat(connection.serverName()).contains("a.example");
            assertThat(connection.applicationProtocol()).contains("http/1.1");
            assertThat(connection.tlsVersion()).contains("TLSv1.3");
            assertThat(connection.tlsCipher()).contains("TLS_AES_128_GCM_SHA256");
            assertThat(connection.getInputStream().read()).isEqualTo('x');
        }
    }

    @Test
    void eachConnectionHasItsOwnClient() throws Exception {
        for (int port = 1; port <= 3; port++) {
            session.open(
                    ProxyHeader.of(new InetSocketAddress("192.0.2.1", port), new InetSocketAddress("192.0.2.2", 443)));
        }
        session.open(ProxyHeader.local());

        for (int port = 1; port <= 3; port++) {
            try (StreamConnection connection = listener.accept()) {
                assertThat(connection.remoteAddress()).isEqualTo(new InetSocketAddress("192.0.2.1", port));
                assertThat(connection.serverName()).isEmpty();
                assertThat(connection.tlsVersion()).isEmpty();
            }
        }
        try (StreamConnection connection = listener.accept()) {
            assertThat(((InetSocketAddress) connection.remoteAddress()).getPort())
                    .isEqualTo(daemon.port());
        }
    }

    @Test
    void aStreamThatBeginsWithSomethingElseIsResetAndNobodySeesIt() throws Exception {
        FakeStream broken = session.openWithoutHeader();
        broken.write("GET / HTTP/1.1");

        broken.awaitBroken();
        assertThat(broken.broken().isEstablished()).isFalse();
        FakeStream next = session.open().write("fine");
        try (StreamConnection connection = listener.accept()) {
            assertThat(connection.getInputStream().readNBytes(4)).asString().isEqualTo("fine");
        }
        next.awaitEnd();
    }

    @Test
    void sixteenMebibytesPassEachWayAtOnceUnchanged() throws Exception {
        byte[] there = random(16 * MIB, 1);
        byte[] back = random(16 * MIB, 2);
        FakeStream stream = session.open();
        stream.write(there);
        stream.finish();

        try (StreamConnection connection = listener.accept()) {
            CompletableFuture<Void> writing = onThread(() -> {
                connection.getOutputStream().write(back);
                connection.shutdownOutput();
                return null;
            });
            MessageDigest read = sha256();
            byte[] buffer = new byte[40_000];
            for (int count; (count = connection.getInputStream().read(buffer)) >= 0; ) {
                read.update(buffer, 0, count);
            }
            writing.join();
            assertThat(read.digest()).isEqualTo(sha256().digest(there));
        }

        await().atMost(Duration.ofSeconds(30)).until(stream::isEnded);
        assertThat(sha256().digest(stream.received())).isEqualTo(sha256().digest(back));
    }

    @Test
    void whatNobodyReadsStaysWithTheSender() throws Exception {
        FakeStream stream = session.open();
        StreamConnection connection = listener.accept();

        ChannelFuture writing = stream.write(new byte[4 * MIB]);
        // The sender gets rid of what fits into the window and no more: another stream's traffic shows that it had time
        // to.
        session.open().write("x");
        listener.accept().close();
        await().until(() -> connection.getInputStream().available() >= 64 * 1024);

        assertThat(writing.isDone()).isFalse();
        assertThat(connection.getInputStream().available()).isLessThanOrEqualTo(192 * 1024);
        assertThat(connection.getInputStream().readNBytes(4 * MIB)).hasSize(4 * MIB);
        await().until(writing::isSuccess);
        connection.close();
    }

    @Test
    void aWriteWaitsWhileTheClientDoesNotRead() throws Exception {
        FakeStream stream = session.open();
        StreamConnection connection = listener.accept();
        stream.stopReading();

        CompletableFuture<Void> writing = onThread(() -> {
            connection.getOutputStream().write(new byte[4 * MIB]);
            return null;
        });
        // Another connection's traffic is not held up, and shows that the first had its time.
        FakeStream other = session.open().write("x");
        try (StreamConnection beside = listener.accept()) {
            beside.getOutputStream().write(new byte[MIB]);
        }
        await().until(() -> other.receivedCount() == MIB);
        assertThat(writing).isNotDone();

        stream.goOnReading();

        writing.join();
        await().until(() -> stream.receivedCount() == 4 * MIB);
        connection.close();
    }

    @Test
    void closeDeliversWhatWasWrittenEvenToASlowClient() throws Exception {
        FakeStream stream = session.open();
        stream.stopReading();
        // More than the window, less than the window and what may be under way.
        int size = 350 * 1024;

        try (StreamConnection connection = listener.accept()) {
            connection.getOutputStream().write(new byte[size]);
        }
        stream.goOnReading();

        stream.awaitEnd();
        assertThat(stream.receivedCount()).isEqualTo(size);
        assertThat(stream.broken()).isNull();
    }

    @Test
    void closeDropsWhatTheClientStillSends() throws Exception {
        FakeStream stream = session.open();
        StreamConnection connection = listener.accept();
        connection.getOutputStream().write('!');

        connection.close();
        ChannelFuture rest = stream.write(new byte[2 * MIB]);
        stream.finish();

        await().until(rest::isSuccess);
        stream.awaitText("!");
        stream.awaitEnd();
    }

    @Test
    void aConnectionThatWasClosedRefusesEverythingElse() throws Exception {
        session.open();
        StreamConnection connection = listener.accept();

        connection.close();
        connection.close();
        connection.reset();

        assertClosed(() -> connection.getInputStream().read());
        assertClosed(() -> {
            connection.getOutputStream().write(1);
            return null;
        });
        assertClosed(() -> {
            connection.shutdownOutput();
            return null;
        });
    }

    @Test
    void afterShutdownOutputAWriteIsRefused() throws Exception {
        session.open();
        try (StreamConnection connection = listener.accept()) {
            connection.shutdownOutput();
            connection.shutdownOutput();

            SocketException error = catchThrowableOfType(
                    SocketException.class, () -> connection.getOutputStream().write(1));
            assertThat(error).hasMessageContaining("shut down");
        }
    }

    private static void assertClosed(Callable<?> action) {
        SocketException error = catchThrowableOfType(SocketException.class, action::call);
        assertThat(error).hasMessageContaining("closed");
    }

    @Test
    void closeEndsAReadAndAWriteThatWait() throws Exception {
        FakeStream stream = session.open();
        stream.stopReading();
        StreamConnection connection = listener.accept();
        CompletableFuture<Void> reading = onThread(
                () -> assertClosedWhile(() -> connection.getInputStream().read()));
        CompletableFuture<Void> writing = onThread(() -> assertClosedWhile(() -> {
            connection.getOutputStream().write(new byte[2 * MIB]);
            return null;
        }));
        stream.awaitTaken();

        connection.close();

        reading.join();
        writing.join();
    }

    private static Void assertClosedWhile(Callable<?> action) {
        assertClosed(action);
        return null;
    }

    @Test
    void anInterruptEndsAReadAndAWriteThatWaitAndIsKept() throws Exception {
        FakeStream stream = session.open();
        stream.stopReading();
        try (StreamConnection connection = listener.accept()) {
            assertInterruptible(() -> connection.getInputStream().read());
            assertInterruptible(() -> {
                connection.getOutputStream().write(new byte[2 * MIB]);
                return null;
            });
        }
        stream.reset();
    }

    private static void assertInterruptible(Callable<?> action) throws InterruptedException {
        CompletableFuture<Exception> failure = new CompletableFuture<>();
        CompletableFuture<Boolean> kept = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            failure.complete(catchThrowableOfType(Exception.class, action::call));
            kept.complete(Thread.currentThread().isInterrupted());
        });
        thread.start();
        await().until(() -> thread.getState() == Thread.State.WAITING);
        thread.interrupt();
        thread.join();
        assertThat(failure.join()).isInstanceOf(InterruptedIOException.class);
        assertThat(kept.join()).isTrue();
    }

    @Test
    void aReadThatFindsNothingInTimeTimesOutAndTheConnectionGoesOn() throws Exception {
        FakeStream stream = session.open();
        try (StreamConnection connection = listener.accept()) {
            connection.setReadTimeout(Duration.ofMillis(20));

            SocketTimeoutException error = catchThrowableOfType(
                    SocketTimeoutException.class,
                    () -> connection.getInputStream().read());
            assertThat(error).hasMessageContaining("20 ms");

            connection.setReadTimeout(Duration.ZERO);
            stream.write("y");
            assertThat(connection.getInputStream().read()).isEqualTo('y');
            assertThatIllegalArgumentException().isThrownBy(() -> connection.setReadTimeout(Duration.ofMillis(-1)));
        }
    }

    @Test
    void aResetOfTheClientBreaksTheConnectionAndSaysSo() throws Exception {
        FakeStream stream = session.open();
        StreamConnection connection = listener.accept();
        stream.awaitTaken();

        stream.reset();

        SocketException error = catchThrowableOfType(
                SocketException.class, () -> connection.getInputStream().read());
        assertThat(error).hasMessage("connection reset by the client");
        SocketException write = catchThrowableOfType(SocketException.class, () -> {
            OutputStream out = connection.getOutputStream();
            while (true) {
                out.write(new byte[1024]);
            }
        });
        assertThat(write).hasMessage("connection reset by the client");
        connection.close();
    }

    @Test
    void aResetByTheServiceReachesTheClient() throws Exception {
        FakeStream stream = session.open().write("x");
        StreamConnection connection = listener.accept();
        stream.awaitTaken();

        connection.reset();

        stream.awaitBroken();
        assertThat(stream.broken().reason()).isEqualTo(StreamClosedException.Cause.RESET);
    }

    @Test
    void streamsOfAConnectionCloseIt() throws Exception {
        FakeStream stream = session.open();
        StreamConnection connection = listener.accept();

        connection.getOutputStream().close();

        stream.awaitEnd();
        assertClosed(() -> connection.getInputStream().read());
        connection.getInputStream().close();
    }

    private static byte[] random(int size, long seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static MessageDigest sha256() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256");
    }

    private static <T> CompletableFuture<T> onThread(Callable<T> action) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                result.complete(action.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return result;
    }
}
