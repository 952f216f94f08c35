package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.RunningDaemon.connect;
import static io.socketmaster.server.daemon.RunningDaemon.read;
import static io.socketmaster.server.daemon.RunningDaemon.readUntil;
import static io.socketmaster.server.daemon.RunningDaemon.send;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.TestCertificates;
import java.net.InetSocketAddress;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streaming stays streaming: what one side has said, the other hears, before the next word is said. */
class StreamingContractTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: s.example\r\n\r\n";

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void eachServerSentEventArrivesBeforeTheNextIsSent(boolean tls) throws Exception {
        StreamByHand.Queue streams = new StreamByHand.Queue();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            SocketDefinition definition = SocketDefinition.http(0, "/");
            int port = daemon.register(
                            tls
                                    ? PortSharingContractTest.tls(definition, TestCertificates.selfSigned("s.example"))
                                    : definition,
                            streams::accept)
                    .expectOk()
                    .boundPort();
            try (Socket client = tls ? PortSharingContractTest.tlsConnect(port, "s.example") : connect(port)) {
                send(client, GET);
                StreamByHand service = streams.next();
                service.readUntil("\r\n\r\n");
                service.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n");
                readUntil(client.getInputStream(), "\r\n\r\n");
                for (int i = 0; i < 100; i++) {
                    String event = "data: " + i + "\n\n";
                    service.send(event);
                    String chunk = Integer.toHexString(event.length()) + "\r\n" + event + "\r\n";
                    assertThat(read(client, chunk.length())).isEqualTo(chunk);
                }
                service.end();
                assertThat(read(client, 5)).isEqualTo("0\r\n\r\n");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 200", "Transfer-Encoding: chunked"})
    void aSlowResponseArrivesByteByByte(String framing) throws Exception {
        boolean chunked = framing.endsWith("chunked");
        StreamByHand.Queue streams = new StreamByHand.Queue();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), streams::accept)
                    .expectOk()
                    .boundPort();
            try (Socket client = connect(port)) {
                send(client, GET);
                StreamByHand service = streams.next();
                service.readUntil("\r\n\r\n");
                service.send("HTTP/1.1 200 OK\r\n" + framing + "\r\n\r\n");
                readUntil(client.getInputStream(), "\r\n\r\n");
                for (int i = 0; i < 200; i++) {
                    String piece = chunked ? "1\r\n" + i % 10 + "\r\n" : "" + i % 10;
                    service.send(piece);
                    assertThat(read(client, piece.length())).isEqualTo(piece);
                }
                if (chunked) {
                    service.send("0\r\n\r\n");
                    assertThat(read(client, 5)).isEqualTo("0\r\n\r\n");
                }
            }
        }
    }

    @Test
    void aSlowRequestArrivesByteByByteAndIsAnsweredWhileItGoesOn() throws Exception {
        StreamByHand.Queue streams = new StreamByHand.Queue();
        try (RunningDaemon daemon = RunningDaemon.start()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), streams::accept)
                    .expectOk()
                    .boundPort();
            try (Socket client = connect(port)) {
                send(client, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
                StreamByHand service = streams.next();
                service.readUntil("\r\n\r\n");
                service.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                readUntil(client.getInputStream(), "\r\n\r\n");
                for (int i = 0; i < 100; i++) {
                    String chunk = "1\r\n" + i % 10 + "\r\n";
                    send(client, chunk);
                    assertThat(service.read(chunk.length())).isEqualTo(chunk);
                    service.send(chunk);
                    assertThat(read(client, chunk.length())).isEqualTo(chunk);
                }
            }
        }
    }

    @Test
    void aClientThatReadsNothingStallsItselfAloneAndLosesNothing() throws Exception {
        byte[] body = new byte[16 << 20];
        for (int i = 0; i < body.length; i++) {
            body[i] = (byte) (i * 31 + (i >> 12));
        }
        StreamByHand.Queue streams = new StreamByHand.Queue();
        try (RunningDaemon daemon = RunningDaemon.start();
                Socket slow = new Socket()) {
            int port = daemon.register(SocketDefinition.http(0, "/"), streams::accept)
                    .expectOk()
                    .boundPort();
            slow.setReceiveBufferSize(16 << 10);
            slow.setSoTimeout(15_000);
            slow.connect(new InetSocketAddress("127.0.0.1", port));
            send(slow, GET);
            StreamByHand stalled = streams.next();
            stalled.send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
            ChannelFuture sent = stalled.channel().writeAndFlush(Unpooled.wrappedBuffer(body));
            await().until(() -> !stalled.channel().isWritable());

            // The same session, and the same loops.
            for (int i = 0; i < 20; i++) {
                try (Socket quick = connect(port)) {
                    send(quick, GET);
                    StreamByHand service = streams.next();
                    service.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nquick");
                    assertThat(readUntil(quick.getInputStream(), "quick")).endsWith("quick");
                }
            }
            assertThat(sent.isDone()).as("all of it in buffers between").isFalse();

            readUntil(slow.getInputStream(), "\r\n\r\n");
            assertThat(slow.getInputStream().readNBytes(body.length)).isEqualTo(body);
        }
    }
}
