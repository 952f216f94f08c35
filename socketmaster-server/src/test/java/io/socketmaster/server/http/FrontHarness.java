package io.socketmaster.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.LoopbackUpstream;
import io.socketmaster.server.relay.RawPeer;
import io.socketmaster.server.relay.ReplayBudget;
import io.socketmaster.server.relay.Stalls;
import io.socketmaster.server.relay.StreamUpstream;
import io.socketmaster.server.service.Applicant;
import io.socketmaster.server.service.Grant;
import io.socketmaster.server.service.Refusal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An HTTP front on a real port, with one service behind it that a test plays by hand. */
final class FrontHarness implements AutoCloseable {
    final LoopbackUpstream upstream = new LoopbackUpstream();
    final BlockingQueue<ExchangeSummary> exchanges = new LinkedBlockingQueue<>();
    final BlockingQueue<String> replays = new LinkedBlockingQueue<>();
    final BlockingQueue<String> faults = new LinkedBlockingQueue<>();
    final BlockingQueue<Channel> frontends = new LinkedBlockingQueue<>();
    /** Those who wait while {@link #holding}. */
    final BlockingQueue<Applicant<StreamUpstream>> held = new LinkedBlockingQueue<>();

    final AtomicInteger cancelled = new AtomicInteger();
    final AtomicInteger longLived = new AtomicInteger();
    final AtomicInteger established = new AtomicInteger();
    final AtomicInteger inFlight = new AtomicInteger();
    volatile boolean holding;
    /** Whether nobody else is there for a request that failed: it waits. */
    volatile boolean alone;

    final ReplayBudget budget;
    final HttpFront front;
    final int port;
    private final EventLoopGroup group;

    FrontHarness(HttpSettings settings) {
        this(settings, HttpFront::serveHttp1);
    }

    /** What is spoken on the port. */
    interface Wire {
        void serve(HttpFront front, ChannelPipeline pipeline, ClientFacts facts, Optional<TlsScope> tls);
    }

    /** Those who take nothing. */
    final Stalls stalls = new Stalls();

    FrontHarness(HttpSettings settings, Wire wire) {
        budget = new ReplayBudget(settings.replay().totalBytes());
        group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        front = new HttpFront(
                settings,
                this::find,
                new HttpEvents() {
                    @Override
                    public void onExchange(ExchangeSummary summary) {
                        exchanges.add(summary);
                    }

                    @Override
                    public void onServiceFault(String service, String sentence) {
                        faults.add(sentence);
                    }

                    @Override
                    public void onReplayed(String service, String sessionId, String method, String row) {
                        replays.add(method + " " + row);
                    }
                },
                budget,
                stalls);
        Channel server = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        frontends.add(channel);
                        wire.serve(
                                front,
                                channel.pipeline(),
                                new ClientFacts(
                                        (InetSocketAddress) channel.remoteAddress(),
                                        (InetSocketAddress) channel.localAddress(),
                                        Optional.empty()),
                                Optional.empty());
                    }
                })
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
        port = ((InetSocketAddress) server.localAddress()).getPort();
    }

    private HttpRoutes.Match find(String host, String target, Optional<TlsScope> tls) {
        return switch (host) {
            case "nowhere" -> new HttpRoutes.NoRoute(/* fitsOtherScheme= */ false);
            case "misdirected" -> new HttpRoutes.Misdirected();
            case "bad" -> new HttpRoutes.Bad("The host is not a host name.");
            default -> new HttpRoutes.Found(new Target());
        };
    }

    private final class Target implements HttpTarget {
        @Override
        public String name() {
            return "test";
        }

        @Override
        public Admission admitAgain(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> refused) {
            refused.ended();
            if (alone) {
                held.add(applicant);
                return () -> held.remove(applicant);
            }
            return admit(applicant);
        }

        @Override
        public Admission admitElsewhere(Applicant<StreamUpstream> applicant, Grant<StreamUpstream> givenUp) {
            givenUp.ended();
            return admit(applicant);
        }

        @Override
        public Admission admit(Applicant<StreamUpstream> applicant) {
            if (holding) {
                held.add(applicant);
                return () -> {
                    held.remove(applicant);
                    cancelled.incrementAndGet();
                };
            }
            grant(applicant);
            return () -> {};
        }
    }

    void grant(Applicant<StreamUpstream> applicant) {
        inFlight.incrementAndGet();
        applicant.onGranted(new Grant<>() {
            private boolean over;

            @Override
            public StreamUpstream upstream() {
                return upstream;
            }

            @Override
            public void established() {
                established.incrementAndGet();
            }

            @Override
            public void longLived() {
                longLived.incrementAndGet();
            }

            @Override
            public synchronized void ended() {
                if (!over) {
                    over = true;
                    inFlight.decrementAndGet();
                }
            }
        });
    }

    Applicant<StreamUpstream> awaitHeld() throws InterruptedException {
        Applicant<StreamUpstream> applicant = held.poll(10, TimeUnit.SECONDS);
        if (applicant == null) {
            throw new AssertionError("nobody waits");
        }
        return applicant;
    }

    void refuseHeld(Refusal refusal) throws InterruptedException {
        awaitHeld().onRefused(refusal);
    }

    ExchangeSummary awaitExchange() throws InterruptedException {
        ExchangeSummary summary = exchanges.poll(10, TimeUnit.SECONDS);
        if (summary == null) {
            throw new AssertionError("no exchange was told of");
        }
        return summary;
    }

    RawPeer connect() {
        return RawPeer.connect(port);
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
        upstream.close();
    }
}
