package io.socketmaster.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CirclesTest {
    private static SocketAddress address(String text) throws Exception {
        if (text.startsWith("/")) {
            return UnixDomainSocketAddress.of(text);
        }
        int colon = text.lastIndexOf(' ');
        return new InetSocketAddress(
                InetAddress.getByName(text.substring(0, colon)), Integer.parseInt(text.substring(colon + 1)));
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0 80,     127.0.0.1 80,     true",
        "0.0.0.0 80,     127.1.2.3 80,     true",
        "0.0.0.0 80,     ::1 80,           true",
        ":: 80,          127.0.0.1 80,     true",
        "0.0.0.0 80,     0.0.0.0 80,       true",
        "127.0.0.1 80,   127.0.0.1 80,     true",
        "127.0.0.1 80,   0.0.0.0 80,       true",
        "::1 80,         :: 80,            true",
        "0.0.0.0 80,     127.0.0.1 81,     false",
        "0.0.0.0 0,      127.0.0.1 80,     false",
        "127.0.0.1 80,   127.0.0.2 80,     false",
        "127.0.0.1 80,   192.0.2.1 80,     false",
        "0.0.0.0 80,     192.0.2.1 80,     false",
        "192.0.2.1 80,   192.0.2.1 80,     true",
        "192.0.2.1 80,   0.0.0.0 80,       false",
        "/run/a.sock,    /run/a.sock,      true",
        "/run/a.sock,    /run/x/../a.sock, true",
        "/run/a.sock,    /run/b.sock,      false",
        "/run/a.sock,    127.0.0.1 80,     false",
        "0.0.0.0 80,     /run/a.sock,      false"
    })
    void aConnectionComesBackIfItGoesWhereItsSocketListens(String listens, String goesTo, boolean comesBack)
            throws Exception {
        assertThat(Circles.comesBack(address(listens), address(goesTo))).isEqualTo(comesBack);
    }

    @Test
    void aSocketOnEveryAddressListensOnEachOfThisMachinesOwn() throws Exception {
        InetAddress own = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .findFirst()
                .orElseThrow();

        assertThat(Circles.comesBack(new InetSocketAddress(80), new InetSocketAddress(own, 80)))
                .isTrue();
    }
}
