package io.socketmaster.server.daemon;

import static io.socketmaster.server.daemon.PortSharingContractTest.tls;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.server.http.Http2Peer;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.testing.TestCertificates;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Contract section 2: every row of {@code sni-and-hosts.txt}, in HTTP/1.1 and in HTTP/2. */
class SniAndHostTest {
    private static final Pattern LINE = Pattern.compile("(\\S+) (\\S+)( h1| h2)?: (.*)");

    private static final BlockingQueue<String> PASSED = new LinkedBlockingQueue<>();
    private static final Map<String, Integer> PORTS = new HashMap<>();

    private static RunningDaemon daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = RunningDaemon.start();
        int strict = https("a", 0, "a.test", "/", "a.test");
        PORTS.put("strict", strict);
        daemon.register(
                        tls(SocketDefinition.http(strict, ""), TestCertificates.selfSigned("*.b.test")),
                        Options.hosts("*.b.test"),
                        ScriptedService.http("b"))
                .expectOk();
        https("c", strict, "c.test", "/", "c.test");
        https("e1", strict, "e.test", "/1", "e.test");
        https("e2", strict, "e.test", "/2", "e.test");
        https("f", strict, "f.test", "/", "f.test", "g.test");
        https("g", strict, "g.test", "/", "g.test");
        daemon.register(SocketDefinition.tcp(strict), Options.sni("d.test"), passed("d"))
                .expectOk();

        int any = https("a", 0, "a.test", "/", "a.test");
        PORTS.put("default", any);
        https("any", any, "", "/", "default.test");

        int tcp = https("a", 0, "a.test", "/", "a.test");
        PORTS.put("tcp", tcp);
        daemon.register(SocketDefinition.tcp(tcp), passed("tcp")).expectOk();
    }

    private static int https(String name, int port, String domain, String path, String... certificate) {
        SocketDefinition definition = SocketDefinition.http(port, path).withDomain(domain);
        return daemon.register(tls(definition, TestCertificates.selfSigned(certificate)), ScriptedService.http(name))
                .expectOk()
                .boundPort();
    }

    private static Consumer<Channel> passed(String name) {
        return stream -> stream.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ((ByteBuf) message).release();
                PASSED.add(name);
                ctx.close();
            }
        });
    }

    @AfterAll
    static void stop() throws Exception {
        daemon.close();
    }

    static List<WireTable.Row> rows() {
        return WireTable.read("sni-and-hosts.txt");
    }

    @Test
    void noRowIsThereTwice() {
        assertThat(rows().stream().map(row -> row.group() + row.name())).doesNotHaveDuplicates();
        assertThat(rows().stream().map(WireTable.Row::lines)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void aTlsClientGetsTheServiceOfItsNameAndNoOthers(WireTable.Row row) throws Exception {
        check(row, "h1");
    }

    @ParameterizedTest
    @MethodSource("rows")
    void soDoesAnHttp2Client(WireTable.Row row) throws Exception {
        check(row, "h2");
    }

    private static void check(WireTable.Row row, String protocol) throws Exception {
        Matcher line = LINE.matcher(row.bytes());
        assertThat(line.matches()).as(row.bytes()).isTrue();
        assumeThat(Optional.ofNullable(line.group(3)).orElse(protocol).strip()).isEqualTo(protocol);
        int port = PORTS.get(line.group(1));
        List<String> requests = List.of(line.group(4).split(", "));
        PASSED.clear();
        try (Socket client = connect(port, line.group(2), protocol)) {
            if (row.outcome().startsWith("alert ")) {
                String alert = row.outcome().substring("alert ".length());
                assertThatThrownBy(((SSLSocket) client)::startHandshake)
                        .isInstanceOf(SSLException.class)
                        .hasMessageContaining(alert);
            } else if (row.outcome().startsWith("bytes to ")) {
                begin(client);
                assertThat(PASSED.poll(15, TimeUnit.SECONDS))
                        .isEqualTo(row.outcome().substring("bytes to ".length()));
            } else {
                List<String> answers =
                        protocol.equals("h1") ? askInHttp1(client, requests) : askInHttp2(client, requests);
                assertThat(String.join(", ", answers)).isEqualTo(row.outcome());
            }
        }
    }

    private static Socket connect(int port, String sni, String protocol) throws Exception {
        if (sni.equals("clear")) {
            return RunningDaemon.connect(port);
        }
        SSLSocket socket = PortSharingContractTest.tlsConnect(port, "");
        SSLParameters parameters = socket.getSSLParameters();
        if (!sni.equals("-")) {
            parameters.setServerNames(List.of(new Verbatim(sni)));
        }
        parameters.setApplicationProtocols(new String[] {protocol.equals("h2") ? "h2" : "http/1.1"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** Says something; what comes of it is told by who hears it. */
    private static void begin(Socket client) throws IOException {
        try {
            if (client instanceof SSLSocket tls) {
                tls.startHandshake();
            } else {
                RunningDaemon.send(client, "hello");
            }
        } catch (IOException nobodyAnswersThere) {
            return;
        }
    }

    private static List<String> askInHttp1(Socket client, List<String> requests) throws IOException {
        List<String> answers = new ArrayList<>();
        for (String request : requests) {
            RunningDaemon.send(client, "GET " + path(request) + " HTTP/1.1\r\nHost: " + host(request) + "\r\n\r\n");
            String text = "";
            Optional<WireMessage> answer = Optional.empty();
            while (answer.isEmpty() || answer.get().end() < 0) {
                text += RunningDaemon.read(client, 1);
                answer = WireMessage.at(text, 0, false, false);
            }
            answers.add(outcome(
                    answer.get().status(), text.substring(answer.get().head().length())));
        }
        return answers;
    }

    private static List<String> askInHttp2(Socket client, List<String> requests) {
        List<String> answers = new ArrayList<>();
        Http2Peer peer = Http2Peer.open(new RawPeer(client));
        String scheme = client instanceof SSLSocket ? "https" : "http";
        int stream = 1;
        for (String request : requests) {
            byte[] head = Http2Peer.block(
                    ":method", "GET", ":scheme", scheme, ":authority", host(request), ":path", path(request));
            peer.send(Http2FrameTypes.HEADERS, Http2Peer.END_STREAM | Http2Peer.END_HEADERS, stream, head);
            int status = Integer.parseInt(peer.awaitHead(stream).status());
            answers.add(outcome(status, peer.awaitBody(stream)));
            stream += 2;
        }
        return answers;
    }

    /** A service begins its body with its name. */
    private static String outcome(int status, String body) {
        return status == 200 ? "200 " + body.substring(0, body.indexOf(':')) : Integer.toString(status);
    }

    private static String host(String request) {
        return request.contains("/") ? request.substring(0, request.indexOf('/')) : request;
    }

    private static String path(String request) {
        return request.contains("/") ? request.substring(request.indexOf('/')) : "/";
    }

    /** A name that goes onto the wire as it is; the JDK's own class allows for less than there is. */
    private static final class Verbatim extends SNIServerName {
        private static final int HOST_NAME = 0;

        Verbatim(String name) {
            super(HOST_NAME, name.getBytes(StandardCharsets.US_ASCII));
        }
    }
}
