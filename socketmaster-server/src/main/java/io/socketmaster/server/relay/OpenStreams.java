package io.socketmaster.server.relay;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * The streams of one session that were opened and are not closed, so that they can be told when its time is up. Any thread:
 * each stream is added and removed on its own loop. Bounded by what is in flight.
 */
public final class OpenStreams {
    private final Set<Channel> streams = ConcurrentHashMap.newKeySet();
    private final ChannelFutureListener forget = closed -> forget(closed.channel());
    private final Consumer<String> onLastEnded;
    /** What the streams were told when the session had to end; {@code null} until then. */
    private volatile DrainDeadline lastCall;

    /** @param onLastEnded called with the reason when the last stream has ended after {@link #lastCall}; perhaps twice */
    public OpenStreams(Consumer<String> onLastEnded) {
        this.onLastEnded = onLastEnded;
    }

    public void add(Channel stream) {
        streams.add(stream);
        stream.closeFuture().addListener(forget);
        // Added before this look, as the streams are looked at after the last call: one of the two sees the other.
        DrainDeadline late = lastCall;
        if (late != null) {
            tell(stream, late);
        }
    }

    /** Tells the streams that are open now. */
    public void tell(DrainDeadline deadline) {
        streams.forEach(stream -> tell(stream, deadline));
    }

    /** Tells the streams that are open now that no more requests come ({@link SessionDrained}). */
    public void tellDrained() {
        streams.forEach(stream -> tell(stream, SessionDrained.INSTANCE));
    }

    /**
     * Tells the streams that are open now and all that are added later.
     *
     * @return whether any is open
     */
    public boolean lastCall(DrainDeadline deadline) {
        lastCall = deadline;
        tell(deadline);
        return !streams.isEmpty();
    }

    private void forget(Channel stream) {
        streams.remove(stream);
        DrainDeadline call = lastCall;
        if (call != null && streams.isEmpty()) {
            onLastEnded.accept(call.reason());
        }
    }

    private static void tell(Channel stream, Object event) {
        stream.eventLoop().execute(() -> stream.pipeline().fireUserEventTriggered(event));
    }
}
