package io.socketmaster.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import io.socketmaster.server.config.HttpSettings;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A browser's request head, from bytes to a request that has passed every check. In this package, because the decoder is. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HttpHeadBenchmark {
    private static final String HEAD = "GET /service-0/items/4711?page=2 HTTP/1.1\r\n"
            + "Host: host-0.example.com:8443\r\n"
            + "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0\r\n"
            + "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8\r\n"
            + "Accept-Language: en-US,en;q=0.5\r\n"
            + "Accept-Encoding: gzip, deflate, br, zstd\r\n"
            + "Cookie: session=0123456789abcdef0123456789abcdef\r\n"
            + "\r\n";

    private ByteBuf head;
    private HeadScanner scanner;
    private Http1RequestDecoder decoder;
    private EmbeddedChannel channel;

    @Setup
    public void open() {
        head = Unpooled.directBuffer(HEAD.length());
        head.writeCharSequence(HEAD, StandardCharsets.US_ASCII);
        scanner = HeadScanner.forRequests(HttpSettings.Limits.DEFAULTS);
        decoder = new Http1RequestDecoder(HttpSettings.Limits.DEFAULTS);
        channel = new EmbeddedChannel(decoder);
    }

    @TearDown
    public void close() {
        channel.finishAndReleaseAll();
        head.release();
    }

    /** The strict reading of the bytes alone. */
    @Benchmark
    public Object scan() {
        scanner.reset();
        return scanner.scan(head);
    }

    /** Scan and Netty's decoder. */
    @Benchmark
    public Object decode() {
        return decodeOne();
    }

    /** Scan, decoder, and what the request's fields mean. */
    @Benchmark
    public Object decodeAndCheck() {
        return RequestCheck.check(decodeOne(), /* secured= */ false);
    }

    private HttpRequest decodeOne() {
        decoder.pull();
        channel.writeInbound(head.retainedDuplicate());
        HttpRequest request = channel.readInbound();
        for (Object rest; (rest = channel.readInbound()) != null; ) {
            ReferenceCountUtil.release(rest);
        }
        if (request == null) {
            throw new IllegalStateException("the decoder gave no request");
        }
        return request;
    }
}
