/**
 * Joins two channels: backpressure, half-close and reset pass through, in each direction by itself.
 *
 * <p>Start with {@code Relay}. Both channels live on one event loop, so that a relay has plain fields. This room knows no
 * HTTP, and of WebSocket only where a frame ends ({@code FrameBoundary}); {@code ReplayBuffer} keeps what may have to be sent
 * again. It knows of a service only how to open a stream to it ({@link io.socketmaster.server.relay.StreamUpstream}).
 */
package io.socketmaster.server.relay;
