package io.socketmaster.protocol.yamux.netty;

import io.netty.channel.Channel;

/** A stream as a child channel of its session's connection. */
public interface YamuxStreamChannel extends Channel {}
