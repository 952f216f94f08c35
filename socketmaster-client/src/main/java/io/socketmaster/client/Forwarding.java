package io.socketmaster.client;

import io.socketmaster.client.forward.ForwardSettings;
import io.socketmaster.client.forward.Forwarder;
import io.socketmaster.client.session.Address;
import io.socketmaster.client.session.ClientLoop;
import io.socketmaster.client.session.RegistrationSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A registration whose connections are passed on to a program that listens on an address of its own; see {@link
 * SocketMasterClient.Builder#forwardTo}. Any thread.
 *
 * <p>While the program accepts no connections it counts as absent: who comes waits for it at the daemon, as long as the hold
 * allows. It is noticed by the first connection that it does not accept, and looked for until it is back.
 */
public final class Forwarding implements AutoCloseable {
    private final Forwarder forwarder;
    private final SocketMasterListener listener;
    private final ShutdownHook hook = new ShutdownHook(this::close);

    private Forwarding(Forwarder forwarder, SocketMasterListener listener) {
        this.forwarder = forwarder;
        this.listener = listener;
    }

    /** Registers, waits until the registration stands, and begins to look for the program. */
    static Forwarding start(RegistrationSettings registration, ForwardSettings settings, ListenerEvents events)
            throws IOException {
        Forwarder forwarder = new Forwarder(settings, ClientLoop.shared());
        SocketMasterListener listener = SocketMasterListener.start(registration, Optional.of(forwarder), events);
        listener.awaitStarted();
        listener.closeFuture().whenComplete((nothing, failure) -> forwarder.stop());
        forwarder.start(new Forwarder.Traffic() {
            @Override
            public void ready() {
                // Its outcome is for who asks for it: see the method of this class.
                var unused = listener.ready();
            }

            @Override
            public void standBy() {
                listener.standBy();
            }

            @Override
            public void standByUnlessLast() {
                listener.standByUnlessLast();
            }
        });
        return new Forwarding(forwarder, listener);
    }

    /**
     * Completes when the program has answered for the first time and the daemon gives it traffic; fails with {@link
     * SocketMasterException} if the registration ends before.
     */
    public CompletableFuture<Void> active() {
        return listener.active();
    }

    /** New connections go to this address as soon as the program answers there; those that run stay where they are. */
    public void moveTo(InetSocketAddress program) {
        forwarder.moveTo(Address.of(program));
    }

    /** The same with a Unix socket. */
    public void moveTo(UnixDomainSocketAddress program) {
        forwarder.moveTo(Address.of(program));
    }

    /**
     * The program is known to be gone: new connections wait, and it is not looked for until {@link #moveTo}.
     *
     * @param reason for the log
     */
    public void suspend(String reason) {
        forwarder.suspend(reason);
    }

    /** As {@link SocketMasterListener#boundAddresses}. */
    public List<InetSocketAddress> boundAddresses() {
        return listener.boundAddresses();
    }

    /** As {@link SocketMasterListener#generation}. */
    public long generation() {
        return listener.generation();
    }

    /** As {@link SocketMasterListener#warnings}. */
    public List<String> warnings() {
        return listener.warnings();
    }

    /** Begins to leave: nothing new, what runs goes on until the drain time. Does not wait. */
    public CompletableFuture<Void> drain() {
        return listener.drain();
    }

    /** Leaves in good order and waits for it, as {@link SocketMasterListener#close}. */
    @Override
    public void close() {
        listener.close();
        hook.remove();
    }

    /** Leaves at once: connections that run are broken. Does not wait. */
    public void closeNow() {
        listener.closeNow();
        hook.remove();
    }

    /** Calls {@link #close} when the JVM is told to end. Returns this. */
    public Forwarding closeOnShutdown() {
        hook.install();
        return this;
    }

    /** Completes when it is over, whoever ended it; with a {@link SocketMasterException} if it was an error. */
    public CompletableFuture<Void> closeFuture() {
        return listener.closeFuture();
    }

    @Override
    public String toString() {
        return "Forwarding[" + listener + "]";
    }
}
