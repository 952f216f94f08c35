package io.socketmaster.server.http;

import io.netty.channel.epoll.Epoll;
import org.junit.jupiter.api.condition.EnabledIf;

/** The same on the transport that the daemon prefers: ends of connections are noticed there without a read. */
@EnabledIf("isAvailable")
class Http1FrontOnEpollTest extends Http1FrontTest {
    static boolean isAvailable() {
        return Epoll.isAvailable();
    }

    @Override
    FrontHarness harness(HttpSettings settings) {
        return FrontHarness.onEpoll(settings);
    }
}
