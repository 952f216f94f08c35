package io.socketmaster.protocol.yamux.netty;

import io.netty.buffer.ByteBuf;
import java.net.SocketAddress;
import java.util.Optional;

/** Reads what precedes the client's bytes on each stream that the peer opens, before anybody sees the stream. */
@FunctionalInterface
public interface StreamPreface {
    /** Bytes that a preface may have; a stream with more is reset. */
    int MAX_BYTES = 4 * 1024;

    /**
     * Reads the preface off {@code in}, which holds all that came in so far and stays the caller's.
     *
     * @return what it says, having read it and nothing more; empty, having read nothing, if it is not complete
     * @throws IllegalArgumentException if the bytes are no preface; the stream is reset
     */
    Optional<Addresses> read(ByteBuf in);

    /** Between whom a stream runs. */
    record Addresses(SocketAddress remote, SocketAddress local) {}
}
