package io.socketmaster.benchmarks.jmh;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.RegistrationOptions;
import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.ControlRequest;
import io.socketmaster.protocol.handshake.HandshakeDecoder;
import io.socketmaster.protocol.handshake.HandshakeEncoder;
import io.socketmaster.protocol.handshake.HandshakeRequest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** A service's registration to bytes and back. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class HandshakeBenchmark {
    @Param({"1", "2"})
    public int version;

    private HandshakeRequest request;
    private ByteBuf encoded;

    @Setup
    public void prepare() throws ProtocolException {
        SocketDefinition definition = SocketDefinition.http(80, "/shop/").withDomain("example.com");
        request = version == 1
                ? HandshakeRequest.version1(definition)
                : HandshakeRequest.version2(definition, RegistrationOptions.DEFAULTS);
        encoded = encode();
    }

    @TearDown
    public void release() {
        encoded.release();
    }

    /** With the check by the decoder that is part of it. */
    @Benchmark
    public int encodeAndCheck() throws ProtocolException {
        ByteBuf bytes = encode();
        int length = bytes.readableBytes();
        bytes.release();
        return length;
    }

    @Benchmark
    public Optional<ControlRequest> decode() throws ProtocolException {
        return new HandshakeDecoder().decode(encoded.duplicate());
    }

    private ByteBuf encode() throws ProtocolException {
        return HandshakeEncoder.encode(request, ByteBufAllocator.DEFAULT);
    }
}
