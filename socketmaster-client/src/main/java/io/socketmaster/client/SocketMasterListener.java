package io.socketmaster.client;

import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.client.session.Registered;
import io.socketmaster.client.session.Registration;
import io.socketmaster.client.session.RegistrationObserver;
import io.socketmaster.client.session.RegistrationSettings;
import io.socketmaster.client.session.StreamAcceptor;
import io.socketmaster.protocol.ErrorCode;
import io.socketmaster.protocol.ProtocolException;
import io.socketmaster.protocol.SocketDefinition.TlsMaterial;
import io.socketmaster.protocol.control.ControlMessage;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A registration that stands, and the connections that come of it; what a {@code ServerSocket} is to a port of one's own.
 *
 * <p>It survives the daemon's restart and the loss of the network: it connects again, with growing delays of at most 5 s by
 * default, and registers again as the same instance and on the same port, while the daemon lets new connections wait. Only
 * {@link #close}, a newer generation, an operator, or an error that no repetition can mend ends it.
 */
public final class SocketMasterListener implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("io.socketmaster.client");

    private final Optional<AcceptQueue> queue;
    private final Registration registration;
    private final ListenerEvents events;
    private final CompletableFuture<SocketMasterListener> started = new CompletableFuture<>();
    private final CountDownLatch startOver = new CountDownLatch(1);
    private final CompletableFuture<Void> closed = new CompletableFuture<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ShutdownHook hook = new ShutdownHook(this::close);

    // Written on the loop, before what announces them.
    private volatile Registered registered;
    private volatile Optional<SocketMasterException> failure = Optional.empty();

    private SocketMasterListener(
            RegistrationSettings settings, Optional<StreamAcceptor> acceptor, ListenerEvents events) {
        this.events = events;
        this.queue = acceptor.isPresent() ? Optional.empty() : Optional.of(new AcceptQueue());
        StreamAcceptor taker = acceptor.orElseGet(() -> queue.orElseThrow()::offer);
        this.registration = new Registration(
                settings,
                ClientLoop.shared(),
                taker,
                new Observer(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Registers; {@link #started} tells how it went. */
    static SocketMasterListener start(
            RegistrationSettings settings, Optional<StreamAcceptor> acceptor, ListenerEvents events) {
        SocketMasterListener listener = new SocketMasterListener(settings, acceptor, events);
        listener.registration.start();
        return listener;
    }

    /** Completes on the events' thread when the registration stands, or fails with a {@link SocketMasterException}. */
    CompletableFuture<SocketMasterListener> started() {
        return started;
    }

    /** Waits until the registration stands or has failed. */
    void awaitStarted() throws IOException {
        try {
            startOver.await();
        } catch (InterruptedException e) {
            registration.closeNow();
            throw Interruption.of(e, "registering");
        }
        if (registered == null) {
            throw failure.orElseThrow().again("");
        }
    }

    /**
     * Waits for the next connection, which the daemon then considers taken. Several threads may wait.
     *
     * @return null if the listener has closed: by {@link #close}, because it was replaced, or because it was asked to leave
     * @throws SocketMasterException if an error has ended it
     * @throws java.io.InterruptedIOException if the thread is interrupted, as which it stays marked
     */
    public StreamConnection accept() throws IOException {
        return accept(Long.MAX_VALUE).orElse(null);
    }

    /**
     * The same, waiting for at most {@code timeout}.
     *
     * @return empty if none came in time, or if the listener has closed ({@link #isClosed})
     */
    public Optional<StreamConnection> accept(Duration timeout) throws IOException {
        return accept(AcceptQueue.nanos(timeout));
    }

    private Optional<StreamConnection> accept(long nanos) throws IOException {
        AcceptQueue streams = queue.orElseThrow(() ->
                new IllegalStateException("this listener's connections go to the acceptor that it was started with"));
        return streams.poll(nanos).map(StreamConnection::take);
    }

    /**
     * The public addresses, with the port that was bound if port 0 was asked for; it stays the same after a reconnect. Empty
     * if port 0 was asked of a daemon that speaks version 1, which cannot tell.
     */
    public List<InetSocketAddress> boundAddresses() {
        return registered.bound();
    }

    /** The same for people: {@code host:port}, such as {@code 0.0.0.0:8000}; several separated by commas. */
    public String boundTo() {
        return registered.boundText();
    }

    /** Which registration of the same owner and name this is; 0 if the daemon speaks version 1. */
    public long generation() {
        return registered.generation();
    }

    /** The daemon's id of the session; another one after a reconnect; empty if the daemon speaks version 1. */
    public String session() {
        return registered.session();
    }

    /** What the daemon accepted but would have somebody look at, such as a certificate that has expired. */
    public List<String> warnings() {
        return registered.warnings();
    }

    /** Whether the daemon speaks version 2: only then are {@link StreamConnection#remoteAddress} and its like real. */
    public boolean isVersion2() {
        return registered.version2();
    }

    /**
     * Takes traffic from now on, for a service that registered with {@code ready(false)}; otherwise it does so already.
     *
     * @return completes when the daemon has moved the traffic here; fails with {@link SocketMasterException} if the listener
     *     ends before
     */
    public CompletableFuture<Void> ready() {
        return registration.ready().handleAsync(SocketMasterListener::translate, ClientLoop.events());
    }

    /** {@link #ready}, without saying so. */
    CompletableFuture<Void> active() {
        return registration.active().handleAsync(SocketMasterListener::translate, ClientLoop.events());
    }

    /**
     * Takes nothing new until {@link #ready()} is called again, for a service that cannot serve for now; what runs goes on.
     * The registration keeps its place, and new connections go to others of the same service or wait for as long as its hold
     * allows. A daemon that speaks version 1 does not know this and goes on as before.
     */
    public void standBy() {
        registration.standBy();
    }

    /**
     * The same, unless nobody else would take the traffic then: the last one of a service stays. Whether that was so is not
     * told; call it again from time to time while the reason lasts, as another one may have come.
     */
    public void standByUnlessLast() {
        registration.standByUnlessLast();
    }

    /**
     * Gives the daemon a new certificate for new TLS connections, without a reconnect; connections that are open go on. It
     * stays in force over every reconnect. For a service that registered with a certificate; if several generations share a
     * route, the last word counts.
     *
     * @param tls chain and key as PEM text, always together
     * @return completes with what the daemon would have somebody look at, such as a certificate that expires soon; fails with
     *     {@link SocketMasterException}, such as {@link ErrorCode#BAD_CERT}, and then nothing was changed
     */
    public CompletableFuture<List<String>> update(TlsMaterial tls) {
        return update(ControlMessage.Update.of(tls));
    }

    /**
     * Changes this service's share under {@link io.socketmaster.protocol.RegistrationOptions.Policy#JOIN}, as {@link
     * #update(TlsMaterial)} does its certificate.
     *
     * @param weight 0 to 1000; 0: nothing new as long as another one has weight
     * @throws IllegalArgumentException if it is not within that
     */
    public CompletableFuture<List<String>> update(int weight) {
        return update(ControlMessage.Update.of(weight));
    }

    /** Changes what is shown to people beside the service's name, all of it, as {@link #update(TlsMaterial)} does. */
    public CompletableFuture<List<String>> update(Map<String, String> metadata) {
        return update(ControlMessage.Update.of(metadata));
    }

    private CompletableFuture<List<String>> update(ControlMessage.Update change) {
        return registration.update(change).handleAsync(SocketMasterListener::translate, ClientLoop.events());
    }

    private static <T> T translate(T result, Throwable failure) {
        if (failure != null) {
            throw new CompletionException(
                    failure instanceof ProtocolException cause ? SocketMasterException.of(cause) : failure);
        }
        return result;
    }

    /**
     * Begins to leave: the daemon gives no new connections, those that run go on, and {@link #accept} still hands out what
     * the daemon had given before. Ends when the last connection has ended, at the latest after the drain time. Does not
     * wait.
     *
     * @return {@link #closeFuture()}
     */
    public CompletableFuture<Void> drain() {
        registration.leave();
        return closeFuture();
    }

    /**
     * Leaves in good order and waits for it: {@link #drain}, then waits until it is over, at most about the drain time (30 s
     * by default). Keep accepting meanwhile on other threads. In a shutdown hook it lets running requests finish before the
     * JVM ends. When interrupted it closes at once; on one of the library's own threads it does not wait.
     */
    @Override
    public void close() {
        registration.leave();
        hook.remove();
        if (registration.inLoop()) {
            return;
        }
        try {
            over.await();
        } catch (InterruptedException e) {
            registration.closeNow();
            Thread.currentThread().interrupt();
        }
    }

    /** Leaves at once: connections that run are broken. Does not wait. */
    public void closeNow() {
        registration.closeNow();
        hook.remove();
    }

    /** Calls {@link #close} when the JVM is told to end, as by SIGTERM, so that running requests finish. Returns this. */
    public SocketMasterListener closeOnShutdown() {
        hook.install();
        return this;
    }

    /** Whether it is over: {@link #accept} has nothing more to give. */
    public boolean isClosed() {
        return over.getCount() == 0;
    }

    /**
     * Completes when it is over, whoever ended it; with a {@link SocketMasterException} if it was an error. Completed on the
     * events' thread.
     */
    public CompletableFuture<Void> closeFuture() {
        return closed.copy();
    }

    @Override
    public String toString() {
        Registered now = registered;
        return "SocketMasterListener[" + (now == null ? "starting" : now) + (isClosed() ? ", closed]" : "]");
    }

    /** On the loop: notes what others wait for, and passes events to the application on a thread where it may block. */
    private final class Observer implements RegistrationObserver {
        @Override
        public void onRegistered(Registered now, boolean again) {
            registered = now;
            if (again) {
                tell(() -> events.reconnected(SocketMasterListener.this));
            } else {
                startOver.countDown();
                tell(() -> started.complete(SocketMasterListener.this));
                tell(() -> events.registered(SocketMasterListener.this));
            }
        }

        @Override
        public void onReconnecting(int attempt, Duration delay, ProtocolException cause) {
            tell(() -> events.reconnecting(attempt, delay, SocketMasterException.of(cause)));
        }

        @Override
        public void onReplaced(Duration deadline) {
            tell(() -> events.replaced(deadline));
        }

        @Override
        public void onTakenBack() {
            tell(events::takenBack);
        }

        @Override
        public void onDrainRequested(Duration deadline) {
            tell(() -> events.drainRequested(deadline));
        }

        @Override
        public void onClosed(Optional<ProtocolException> cause) {
            Optional<SocketMasterException> end = cause.map(SocketMasterException::of);
            failure = end;
            if (registered == null && end.isEmpty()) {
                failure = Optional.of(new SocketMasterException(
                        ErrorCode.UNAVAILABLE, "the listener was closed before it was registered", null));
            }
            queue.ifPresent(streams -> streams.end(end));
            startOver.countDown();
            over.countDown();
            hook.remove();
            tell(() -> {
                failure.ifPresent(started::completeExceptionally);
                end.ifPresentOrElse(closed::completeExceptionally, () -> closed.complete(null));
            });
            if (registered != null) {
                tell(() -> events.closed(end));
            }
        }

        private void tell(Runnable task) {
            ClientLoop.events().execute(() -> {
                try {
                    task.run();
                } catch (RuntimeException e) {
                    LOG.error("a listener of events failed; the next event is told all the same", e);
                }
            });
        }
    }
}
