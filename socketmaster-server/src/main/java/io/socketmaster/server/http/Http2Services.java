package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.ClientFacts;
import io.socketmaster.server.relay.StreamUpstream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The HTTP/2 connections to services that speak it: each carries many requests over one stream of a session. A request
 * stays on its client's event loop, so every loop has connections of its own. Any thread; what belongs to a loop is touched
 * on that loop only.
 */
final class Http2Services {
    private final HttpSettings settings;
    private final Map<EventLoop, Map<StreamUpstream, List<Http2ServiceConnection>>> byLoop = new ConcurrentHashMap<>();

    Http2Services(HttpSettings settings) {
        this.settings = settings;
    }

    /** A connection of {@code loop} with room for one more request; opened if need be, which cannot fail here. */
    Http2ServiceConnection connection(EventLoop loop, StreamUpstream upstream, ClientFacts client) {
        assert loop.inEventLoop();
        List<Http2ServiceConnection> open = byLoop.computeIfAbsent(loop, ignored -> new HashMap<>())
                .computeIfAbsent(upstream, ignored -> new ArrayList<>());
        for (Http2ServiceConnection connection : open) {
            if (connection.hasRoom()) {
                return connection;
            }
        }
        Http2ServiceConnection fresh = Http2ServiceConnection.create(settings);
        open.add(fresh);
        fresh.open(upstream, loop, client, () -> forget(loop, upstream, fresh));
        return fresh;
    }

    private void forget(EventLoop loop, StreamUpstream upstream, Http2ServiceConnection connection) {
        assert loop.inEventLoop();
        Map<StreamUpstream, List<Http2ServiceConnection>> ours = byLoop.get(loop);
        List<Http2ServiceConnection> open = ours.get(upstream);
        if (open != null && open.remove(connection) && open.isEmpty()) {
            ours.remove(upstream);
        }
    }
}
