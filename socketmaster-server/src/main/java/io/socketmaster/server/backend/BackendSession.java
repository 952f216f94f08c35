package io.socketmaster.server.backend;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.DrainDeadline;
import io.socketmaster.server.relay.OpenStreams;
import io.socketmaster.server.relay.StreamUpstream;
import java.net.SocketAddress;
import java.time.Duration;

/**
 * One generation of a plain backend: opens a connection to the address where others open a stream. It has nobody to talk
 * to, so what a service would be told goes to its {@link Owner}.
 */
final class BackendSession implements StreamUpstream {
    /** Told what concerns the backend as a whole. Any thread. */
    interface Owner {
        /** A connection to the address was begun. */
        void onStream(Channel stream);

        /** The address could not be reached. */
        void onRefused(BackendSession session, String reason);

        /** Somebody wants this session to leave, or has ended it. */
        void onEnded(BackendSession session, String reason);
    }

    private final String id;
    private final BackendAddress address;
    private final Dialler dialler;
    private final Owner owner;
    private final OpenStreams streams = new OpenStreams(reason -> {});

    /** Set before the session takes traffic. */
    private volatile SocketAddress target;

    BackendSession(String id, BackendAddress address, Dialler dialler, Owner owner) {
        this.id = id;
        this.address = address;
        this.dialler = dialler;
        this.owner = owner;
    }

    /** Which of the addresses that the backend's name stands for is dialled from now on. */
    void reachAt(SocketAddress newTarget) {
        target = newTarget;
    }

    SocketAddress target() {
        return target;
    }

    BackendAddress address() {
        return address;
    }

    @Override
    public String sessionId() {
        return id;
    }

    @Override
    public String peer() {
        return address.toString();
    }

    @Override
    public String client() {
        return "plain backend";
    }

    /** A connection that stands was taken by the backend's machine; a reset after that proves nothing. */
    @Override
    public boolean acknowledgesFirst() {
        return false;
    }

    @Override
    public Channel openStream(EventLoop loop, ClientFacts client, ChannelHandler handler) {
        SocketAddress destination = target;
        Channel stream = newChannel(destination);
        DialHandler dial = new DialHandler(reason -> owner.onRefused(this, reason));
        stream.pipeline().addLast(dial, handler);
        loop.register(stream);
        streams.add(stream);
        owner.onStream(stream);
        // In a turn of its own: a Unix socket answers at once, and the caller does not hold the stream yet.
        loop.execute(() -> dial.connect(destination));
        return stream;
    }

    private Channel newChannel(SocketAddress destination) {
        try {
            return dialler.newChannel(destination);
        } catch (ChannelException noSocket) {
            owner.onRefused(this, noSocket.getMessage());
            throw noSocket;
        }
    }

    @Override
    public void onReplaced(Duration drain) {
        // Its connections finish by themselves.
    }

    @Override
    public void onTakenBack() {
        // There is nobody to be told.
    }

    @Override
    public void onDrainRequested(Duration drain) {
        owner.onEnded(this, "an operator asked it to leave, or the daemon is stopping");
    }

    /** Connections that are kept for further requests end now. */
    @Override
    public void onDrained() {
        streams.tellDrained();
    }

    @Override
    public void onRequestsOverdue(String reason) {
        streams.tell(new DrainDeadline(/* longLivedToo= */ false, Duration.ZERO, reason));
    }

    @Override
    public void close(String reason) {
        streams.lastCall(new DrainDeadline(/* longLivedToo= */ true, Duration.ZERO, reason));
        owner.onEnded(this, reason);
    }
}
