package io.socketmaster.client.forward;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.socketmaster.client.forward.Presence.State;
import io.socketmaster.client.forward.Presence.Step;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.StreamAcceptor;
import io.socketmaster.client.session.StreamFacts;
import io.socketmaster.protocol.proxy.ProxyHeader;
import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Passes streams to a program and tells the daemon whether the program is there. A stream is taken when the program has
 * accepted its connection; until then the daemon keeps all that the client said, so that a stream that finds nobody is
 * refused and waits for the program's return.
 *
 * <p>Nothing is polled while the program is there, unless a health check was asked for: a stream that finds nobody is the
 * news. While it is away it is looked for with growing intervals, of at most {@link Presence#LONGEST_LOOK}.
 *
 * <p>Public methods are for any thread; fields belong to the loop. Streams that wait for their connection are bounded by what
 * a session may have that is not accepted.
 */
public final class Forwarder implements StreamAcceptor {
    private final ForwardSettings settings;
    private final EventLoop loop;
    private final Presence presence;
    private final ForwardLog log;

    private Dialer dialer;
    private Traffic traffic;
    private ScheduledFuture<?> nextLook;
    /** Counts targets, so that news of an earlier one is not taken for news of this one. */
    private int target;

    private boolean looking;
    private boolean stopped;

    /** What the daemon is told. Any thread; does not block. */
    public interface Traffic {
        /** Give me traffic. */
        void ready();

        /** Give me nothing new. */
        void standBy();

        /** Give me nothing new, unless I am the last one. */
        void standByUnlessLast();
    }

    /** @param loop the session's */
    public Forwarder(ForwardSettings settings, EventLoop loop) {
        this.settings = settings;
        this.loop = loop;
        this.presence = new Presence(settings.check());
        this.log = new ForwardLog();
        this.dialer = new Dialer(loop, settings.program(), settings.connectTimeout());
    }

    /** Begins to look for the program. Call once, when the registration stands, which was made as not ready. */
    public void start(Traffic newTraffic) {
        loop.execute(() -> {
            traffic = newTraffic;
            apply(presence.onStarting());
        });
    }

    /** The program is known to be gone: what comes waits until {@link #moveTo} says where it is. */
    public void suspend(String reason) {
        loop.execute(() -> {
            log.gone(dialer.program(), reason);
            apply(presence.onGone());
        });
    }

    /** The program is, or will soon be, at this address; what runs stays where it is. */
    public void moveTo(Address program) {
        loop.execute(() -> {
            target++;
            looking = false;
            dialer = new Dialer(loop, program, settings.connectTimeout());
            apply(presence.onStarting());
        });
    }

    /** Looks no more. What runs goes on; what comes is refused. */
    public void stop() {
        loop.execute(() -> {
            stopped = true;
            cancelLook();
        });
    }

    // ---- streams, on the loop

    @Override
    public boolean onStream(YamuxStreamChannel stream) {
        assert loop.inEventLoop();
        if (stopped || !presence.takesStreams()) {
            return false;
        }
        int asked = target;
        dialer.dial(connection -> Splice.join(loop, stream, connection, prefix(stream)), failure -> {
            stream.refuse();
            if (asked == target) {
                noConnection(Dialer.reason(failure));
            }
        });
        return true;
    }

    @Override
    public boolean isOfOneLoop() {
        return true;
    }

    /** @return the caller's */
    private ByteBuf prefix(YamuxStreamChannel stream) {
        ProxyHeader header = StreamFacts.of(stream);
        return switch (settings.proxyProtocol()) {
            case NONE -> Unpooled.EMPTY_BUFFER;
            case V1 -> {
                ByteBuf text = stream.alloc().ioBuffer();
                header.writeVersion1(text);
                yield text;
            }
            case V2 -> {
                ByteBuf binary = stream.alloc().ioBuffer();
                header.write(binary);
                yield binary;
            }
        };
    }

    // ---- the program

    private void look() {
        nextLook = null;
        if (stopped || looking || !presence.looks()) {
            return;
        }
        looking = true;
        int asked = target;
        Optional<String> path = settings.check().flatMap(HealthCheck::path);
        Duration timeout = settings.check().map(HealthCheck::timeout).orElse(settings.connectTimeout());
        Probe.look(dialer, path, timeout, result -> {
            if (asked == target) {
                looking = false;
                onResult(result);
            }
        });
    }

    private void onResult(Probe.Result result) {
        switch (result.finding()) {
            case WELL -> {
                boolean wasThere = presence.state() == State.THERE;
                Step step = presence.onWell();
                if (!wasThere && presence.state() == State.THERE) {
                    log.there(dialer.program());
                }
                apply(step);
            }
            case UNWELL -> {
                State before = presence.state();
                Step step = presence.onUnwell();
                if (before != State.SUSPENDED) {
                    log.unwell(dialer.program(), result.reason(), before, presence.state());
                }
                apply(step);
            }
            case NO_CONNECTION -> noConnection(result.reason());
        }
    }

    private void noConnection(String reason) {
        State before = presence.state();
        Step step = presence.onNoConnection();
        if (before != State.SUSPENDED) {
            log.away(dialer.program(), reason);
        }
        apply(step);
    }

    private void apply(Step step) {
        if (stopped) {
            return;
        }
        switch (step.tell()) {
            case NOTHING -> {}
            case READY -> traffic.ready();
            case STAND_BY -> traffic.standBy();
            case STAND_BY_UNLESS_LAST -> traffic.standByUnlessLast();
        }
        step.lookIn().ifPresent(delay -> {
            cancelLook();
            nextLook = loop.schedule(this::look, delay.toNanos(), TimeUnit.NANOSECONDS);
        });
    }

    private void cancelLook() {
        if (nextLook != null) {
            nextLook.cancel(/* mayInterruptIfRunning= */ false);
            nextLook = null;
        }
    }
}
