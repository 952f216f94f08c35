package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.socketmaster.server.events.DaemonEvents;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcceptFaultsTest {
    private final List<String> told = new ArrayList<>();
    private final EmbeddedChannel listening = new EmbeddedChannel(new AcceptFaults(new DaemonEvents() {
        @Override
        public void acceptFailed(SocketAddress port, String reason) {
            told.add(port + " " + reason);
        }

        @Override
        public void fault(String where, Throwable fault) {
            told.add("fault " + where + ": " + fault.getMessage());
        }
    }));

    @Test
    void wantOfDescriptorsIsOneEventAndTheListenerStays() {
        listening.pipeline().fireExceptionCaught(new IOException("Too many open files"));

        listening.checkException();
        assertThat(told).containsExactly(listening.localAddress() + " Too many open files");
        assertThat(listening.isOpen()).isTrue();
    }

    @Test
    void aFaultOfOursIsToldAsSuch() {
        listening.pipeline().fireExceptionCaught(new IllegalStateException("a bug"));

        listening.checkException();
        assertThat(told).containsExactly("fault accepting connections on " + listening.localAddress() + ": a bug");
    }
}
