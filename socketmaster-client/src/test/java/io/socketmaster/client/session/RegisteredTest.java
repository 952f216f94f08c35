package io.socketmaster.client.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.protocol.handshake.HandshakeReply;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class RegisteredTest {
    @Test
    void theBoundAddressesAreThoseThatTheDaemonNames() {
        Registered registered = version2("127.0.0.1:8000", "[::1]:8000", "*:8000", "web.example:8000");

        assertThat(registered.bound())
                .containsExactly(
                        new InetSocketAddress("127.0.0.1", 8000),
                        new InetSocketAddress("::1", 8000),
                        new InetSocketAddress(8000),
                        InetSocketAddress.createUnresolved("web.example", 8000));
        assertThat(registered.port()).contains(8000);
    }

    @Test
    void anAddressThatMakesNoSenseIsAnAddressWithoutPort() {
        assertThat(version2("127.0.0.1", "127.0.0.1:x", "127.0.0.1:99999").port())
                .isEmpty();
    }

    @Test
    void aDaemonOfVersion1BindsWhatWasAskedForAndCannotTellAFreePort() {
        assertThat(Registered.of(
                                HandshakeReply.okV1(),
                                SocketDefinition.tcp(8000).withAddress("127.0.0.1"),
                                List.of())
                        .bound())
                .containsExactly(new InetSocketAddress("127.0.0.1", 8000));
        assertThat(Registered.of(HandshakeReply.okV1(), SocketDefinition.tcp(0), List.of())
                        .bound())
                .isEmpty();
    }

    private static Registered version2(String... bound) {
        HandshakeReply reply =
                HandshakeReply.ok(HandshakeReply.Details.registered("s", 1, List.of(bound), "", List.of(), List.of()));
        return Registered.of(reply, SocketDefinition.tcp(0), List.of());
    }
}
