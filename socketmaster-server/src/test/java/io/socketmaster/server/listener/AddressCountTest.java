package io.socketmaster.server.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.testing.Background;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AddressCountTest {
    private final AddressCount count = new AddressCount(2);

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private boolean tryEnter(String literal) {
        return count.tryEnter(address(literal));
    }

    @Test
    void oneAddressThatHasItsShareLeavesRoomToTheOthers() {
        assertThat(tryEnter("192.0.2.1")).isTrue();
        assertThat(tryEnter("192.0.2.1")).isTrue();
        assertThat(tryEnter("192.0.2.1")).isFalse();
        assertThat(tryEnter("192.0.2.2")).isTrue();

        count.leave(address("192.0.2.1"));
        assertThat(tryEnter("192.0.2.1")).isTrue();
        assertThat(tryEnter("192.0.2.1")).isFalse();
    }

    @Test
    void aNetworkOf64BitsIsOneAddress() {
        assertThat(tryEnter("2001:db8:1:2::1")).isTrue();
        assertThat(tryEnter("2001:db8:1:2:ffff::2")).isTrue();
        assertThat(tryEnter("2001:db8:1:2::3")).isFalse();
        assertThat(tryEnter("2001:db8:1:3::1")).isTrue();
    }

    @Test
    void loopbackIsNotCounted() {
        for (String own : List.of("127.0.0.1", "127.1.2.3", "::1")) {
            for (int i = 0; i < 10; i++) {
                assertThat(tryEnter(own)).isTrue();
            }
            count.leave(address(own));
        }
        assertThat(count.addresses()).isZero();
    }

    @Test
    void whoHasLeftIsForgottenHoweverManyComeAndGoAtOnce() throws Exception {
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(Background.run(() -> {
                for (int j = 0; j < 10_000; j++) {
                    if (tryEnter("192.0.2.1")) {
                        count.leave(address("192.0.2.1"));
                    }
                }
            }));
        }
        for (CompletableFuture<Void> client : clients) {
            client.get(60, TimeUnit.SECONDS);
        }

        assertThat(count.addresses()).isZero();
    }
}
