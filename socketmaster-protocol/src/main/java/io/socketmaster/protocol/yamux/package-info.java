/**
 * yamux without I/O: bytes in, decisions out.
 *
 * <p>Start with {@link io.socketmaster.protocol.yamux.YamuxSession}, the state machine of one connection;
 * {@link io.socketmaster.protocol.yamux.FrameReader} turns bytes into frames for it. Windows are classes of their own
 * that say how much credit to announce and never send. One session is confined to one thread, its event loop.
 *
 * <p>This room knows no channels, no timers and no clock; {@code protocol.yamux.netty} supplies them. The wire is that of
 * the yamux specification, version 0 ({@code spec.md}), as its implementations really speak it.
 */
package io.socketmaster.protocol.yamux;
