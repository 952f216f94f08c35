package io.socketmaster.client.session;

import io.socketmaster.protocol.yamux.netty.YamuxStreamChannel;

/**
 * Takes the streams that the daemon opens. Called on the event loop of the connection that brings the stream, of which a used
 * session has several; must not block.
 */
@FunctionalInterface
public interface StreamAcceptor {
    /**
     * @param stream not registered yet: register it on any event loop to take it, which tells the daemon so. Its {@link
     *     StreamFacts} are set
     * @return whether it is taken or refused ({@link YamuxStreamChannel#refuse}) later; if not, it is refused now. That resets
     *     it, which proves to the daemon that nobody saw it
     */
    boolean onStream(YamuxStreamChannel stream);

    /** Whether it wants to be called on the session's first loop only; then its sessions have one connection each. */
    default boolean isOfOneLoop() {
        return false;
    }
}
