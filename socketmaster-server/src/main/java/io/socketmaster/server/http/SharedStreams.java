package io.socketmaster.server.http;

import io.netty.channel.EventLoop;
import io.socketmaster.server.config.HttpSettings;
import io.socketmaster.server.relay.StreamUpstream;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Streams that say nothing of a client ({@link StreamUpstream#isAnonymous}), kept from one client's request for the next
 * one's: so a client that connects anew for each request does not cost its service a stream each time. RFC 9110 section 3.3
 * forbids a server to take two requests of a connection for the same client's. What a service sends unasked between two requests
 * ends the stream, and no request with a body is ever on one, so none can smuggle in another.
 *
 * <p>A request stays on its client's event loop, so every loop has streams of its own. Any thread; what belongs to a loop is
 * touched on that loop only.
 */
final class SharedStreams {
    private final HttpSettings.Reuse settings;
    private final Map<EventLoop, OnLoop> byLoop = new ConcurrentHashMap<>();

    SharedStreams(HttpSettings.Reuse settings) {
        this.settings = settings;
    }

    /** Those of {@code loop}. */
    StreamKeeper on(EventLoop loop) {
        assert loop.inEventLoop();
        OnLoop streams = byLoop.get(loop);
        return streams != null ? streams : byLoop.computeIfAbsent(loop, OnLoop::new);
    }

    private final class OnLoop implements StreamKeeper {
        private final EventLoop loop;
        /** Services of which a stream is kept, or was until a moment ago. */
        private final Map<StreamUpstream, KeptStreams> kept = new HashMap<>();

        OnLoop(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public boolean keepsAfter(int requests) {
            return requests < settings.requests();
        }

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public Http1ServiceStream take(StreamUpstream upstream) {
            KeptStreams streams = kept.get(upstream);
            return streams == null ? null : streams.take(upstream);
        }

        @Override
        public void keep(Http1ServiceStream stream) {
            // Whoever keeps none would have no end either.
            if (stream.isKept()) {
                kept.computeIfAbsent(stream.upstream(), this::streamsTo).keep(stream);
            }
        }

        private KeptStreams streamsTo(StreamUpstream upstream) {
            return new KeptStreams(loop, settings, settings.shared(), () -> kept.remove(upstream));
        }

        @Override
        public void forget(Http1ServiceStream stream) {
            KeptStreams streams = kept.get(stream.upstream());
            if (streams != null) {
                streams.forget(stream);
            }
        }
    }
}
