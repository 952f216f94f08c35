package io.socketmaster.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.socketmaster.server.events.DaemonEvents;
import io.socketmaster.server.service.HoldBudget;
import io.socketmaster.server.service.Timeline;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** One connection of the control API on a clock moved by hand. */
class ApiConnectionTest {
    private final EventFeed feed = new EventFeed(Clock.systemUTC());

    private EmbeddedChannel connection() {
        // Nothing here comes to the registry.
        Timeline none = new Timeline() {
            @Override
            public void execute(Runnable task) {
                throw new AssertionError("asked the registry");
            }

            @Override
            public long nanoTime() {
                return 0;
            }

            @Override
            public Timer schedule(Duration delay, Runnable task) {
                throw new AssertionError("asked the registry");
            }

            @Override
            public boolean inTimeline() {
                return true;
            }
        };
        ApiServer server = new ApiServer(
                ApiSettings.DEFAULTS,
                new DaemonFacts("test", 0),
                none,
                /* listeners= */ null,
                new HoldBudget(1),
                DaemonEvents.NONE,
                feed,
                /* backends= */ null,
                /* sockets= */ null,
                Runnable::run);
        EmbeddedChannel channel = new EmbeddedChannel();
        channel.freezeTime();
        server.take(channel);
        return channel;
    }

    private static void send(EmbeddedChannel channel, String text) {
        channel.writeInbound(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
    }

    private static String sent(EmbeddedChannel channel) {
        StringBuilder text = new StringBuilder();
        for (Object next; (next = channel.readOutbound()) != null; ) {
            ByteBuf bytes = next instanceof HttpContent content ? content.content() : (ByteBuf) next;
            text.append(bytes.toString(StandardCharsets.UTF_8));
            bytes.release();
        }
        return text.toString();
    }

    @Test
    void aRequestThatIsNotCompleteIn10SecondsIs408() {
        EmbeddedChannel channel = connection();
        send(channel, "GET /v1/st");

        channel.advanceTimeBy(9_999, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
        assertThat(sent(channel)).isEmpty();
        channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();

        assertThat(sent(channel)).startsWith("HTTP/1.1 408 ").contains("REQUEST_TIMEOUT");
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aConnectionThatIsNotUsedForAMinuteIsClosed() {
        EmbeddedChannel channel = connection();
        send(channel, "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(sent(channel)).startsWith("HTTP/1.1 404 ");

        channel.advanceTimeBy(59, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();
        assertThat(channel.isOpen()).isTrue();
        channel.advanceTimeBy(1, TimeUnit.SECONDS);
        channel.runScheduledPendingTasks();

        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aFollowerWhoDoesNotReadIsDroppedWithANote() {
        EmbeddedChannel channel = connection();
        send(channel, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        channel.runPendingTasks();
        assertThat(sent(channel)).startsWith("HTTP/1.1 200 ").contains("following");

        // The loop gets no turn: what is offered waits.
        for (int i = 0; i < 2_000; i++) {
            feed.serviceExpired("web");
        }
        channel.runPendingTasks();

        String text = sent(channel);
        assertThat(text.split("\"expired\"", -1)).hasSize(1_024 + 1);
        assertThat(text).contains("\"event\":\"dropped\"").contains("more than 1024 events");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void eventsAreFollowedInOrderAndALeavingFollowerIsForgotten() {
        EmbeddedChannel channel = connection();
        send(channel, "GET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n");
        feed.serviceExpired("a");
        feed.serviceServing("b", 3);
        channel.runPendingTasks();

        assertThat(sent(channel)).containsSubsequence("following", "\"expired\"", "\"serving\"", "\"held\":3");
        channel.close();
        feed.serviceExpired("c");
        channel.runPendingTasks();
        assertThat(sent(channel)).isEmpty();
    }

    @Test
    void aWrongBodyOnAWaitLeavesNoTrace() {
        EmbeddedChannel channel = connection();
        for (int i = 0; i < 100; i++) {
            send(channel, "GET /v1/idle?timeout=nonsense HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(sent(channel)).startsWith("HTTP/1.1 400 ");
        }
        channel.finishAndReleaseAll();
    }
}
