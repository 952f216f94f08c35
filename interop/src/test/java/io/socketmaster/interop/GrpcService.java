package io.socketmaster.interop;

import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.Marshaller;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.socketmaster.client.SocketMasterClient;
import io.socketmaster.client.netty.SocketMasterServerChannel;
import io.socketmaster.protocol.RegistrationOptions.Backend;
import io.socketmaster.protocol.SocketDefinition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A grpc-java server, in this process, that listens through the daemon. Its messages are plain text. */
final class GrpcService implements AutoCloseable {
    static final MethodDescriptor<String, String> UNARY = method("Unary", MethodType.UNARY);
    /** Counts up to the number that it gets. */
    static final MethodDescriptor<String, String> COUNT = method("Count", MethodType.SERVER_STREAMING);
    /** Joins what it gets. */
    static final MethodDescriptor<String, String> JOIN = method("Join", MethodType.CLIENT_STREAMING);
    /** Answers each message at once. */
    static final MethodDescriptor<String, String> ECHO = method("Echo", MethodType.BIDI_STREAMING);
    /** Never answers. */
    static final MethodDescriptor<String, String> NEVER = method("Never", MethodType.UNARY);
    /** Fails with what it gets. */
    static final MethodDescriptor<String, String> FAIL = method("Fail", MethodType.UNARY);

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
    private final Server server;
    private final String name;
    private final CountDownLatch neverCalled = new CountDownLatch(1);
    private final CountDownLatch neverCancelled = new CountDownLatch(1);

    GrpcService(String name, InetSocketAddress daemon, SocketDefinition definition, Duration drain) throws IOException {
        this.name = name;
        SocketMasterClient.Builder client = SocketMasterClient.builder()
                .daemon("127.0.0.1:" + daemon.getPort())
                .backend(Backend.H2C)
                .drain(drain);
        server = NettyServerBuilder.forAddress(new InetSocketAddress(definition.port()))
                .channelFactory(SocketMasterServerChannel.factory(client, definition))
                .bossEventLoopGroup(loops)
                .workerEventLoopGroup(loops)
                .directExecutor()
                .addService(definition())
                .build()
                .start();
    }

    private ServerServiceDefinition definition() {
        return ServerServiceDefinition.builder("test.Text")
                .addMethod(UNARY, ServerCalls.asyncUnaryCall((text, answers) -> {
                    answers.onNext(name + ": " + text);
                    answers.onCompleted();
                }))
                .addMethod(COUNT, ServerCalls.asyncServerStreamingCall((number, answers) -> {
                    for (int i = 1; i <= Integer.parseInt(number); i++) {
                        answers.onNext("" + i);
                    }
                    answers.onCompleted();
                }))
                .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(Joining::new))
                .addMethod(ECHO, ServerCalls.asyncBidiStreamingCall(Echoing::new))
                .addMethod(NEVER, ServerCalls.asyncUnaryCall(this::never))
                .addMethod(
                        FAIL,
                        ServerCalls.asyncUnaryCall((text, answers) -> answers.onError(
                                Status.FAILED_PRECONDITION.withDescription(text).asRuntimeException())))
                .build();
    }

    private void never(String text, StreamObserver<String> answers) {
        ((ServerCallStreamObserver<String>) answers).setOnCancelHandler(neverCancelled::countDown);
        neverCalled.countDown();
    }

    boolean awaitNeverCalled() throws InterruptedException {
        return neverCalled.await(20, TimeUnit.SECONDS);
    }

    boolean awaitNeverCancelled() throws InterruptedException {
        return neverCancelled.await(20, TimeUnit.SECONDS);
    }

    int port() {
        return ((InetSocketAddress) server.getListenSockets().get(0)).getPort();
    }

    /** Leaves in good order: what is in flight is answered. */
    @Override
    public void close() {
        server.shutdown();
        end();
    }

    /** Leaves, and gives up what is in flight at the end of its drain time. */
    void abandon() {
        server.shutdownNow();
        end();
    }

    private void end() {
        try {
            if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
                throw new AssertionError("the gRPC server does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static final class Joining implements StreamObserver<String> {
        private final StreamObserver<String> answers;
        private final StringBuilder joined = new StringBuilder();

        Joining(StreamObserver<String> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(String text) {
            joined.append(text);
        }

        @Override
        public void onError(Throwable cancelled) {
            // Nobody is left to be answered.
            joined.setLength(0);
        }

        @Override
        public void onCompleted() {
            answers.onNext(joined.toString());
            answers.onCompleted();
        }
    }

    private static final class Echoing implements StreamObserver<String> {
        private final StreamObserver<String> answers;

        Echoing(StreamObserver<String> answers) {
            this.answers = answers;
        }

        @Override
        public void onNext(String text) {
            answers.onNext("echo " + text);
        }

        @Override
        public void onError(Throwable cancelled) {
            // Nobody is left to be answered.
            return;
        }

        @Override
        public void onCompleted() {
            answers.onCompleted();
        }
    }

    private static MethodDescriptor<String, String> method(String name, MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("test.Text/" + name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements Marshaller<String> {
        @Override
        public InputStream stream(String text) {
            return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream bytes) {
            try {
                return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
