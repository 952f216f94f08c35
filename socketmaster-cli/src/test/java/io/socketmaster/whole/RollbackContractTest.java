package io.socketmaster.whole;

import static org.assertj.core.api.Assertions.assertThat;

import io.socketmaster.protocol.SocketDefinition;
import io.socketmaster.testing.Background;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Contract section 4, with our own library on both generations: one that dies soon gives the traffic back. */
class RollbackContractTest {
    @Test
    void theOldGenerationServesAgainWhenTheNewOneDiesWithinTenSecondsAndNoRequestIsLost() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service old = whole.serve("old", SocketDefinition.http(0, "/"));
            try (Socket client = Whole.connect(old.port());
                    Socket other = Whole.connect(old.port())) {
                assertThat(Whole.ask(client, "GET", "/1")).isEqualTo("old: GET /1");
                Whole.Service successor = whole.serve("new", SocketDefinition.http(old.port(), "/"));
                Whole.await().until(() -> old.events.contains("replaced"));
                assertThat(Whole.ask(client, "POST", "/2")).isEqualTo("new: POST /2");
                CompletableFuture<String> underWay = Background.supply(() -> Whole.ask(other, "GET", "/wait"));
                Whole.await().until(() -> !successor.waiting.isEmpty());

                successor.listener.closeNow();

                Whole.await().until(() -> old.events.contains("taken back"));
                assertThat(Whole.ask(client, "POST", "/3")).isEqualTo("old: POST /3");
                Whole.await().until(() -> !old.waiting.isEmpty());
                old.waiting
                        .remove()
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nagain".getBytes(StandardCharsets.US_ASCII));
                assertThat(underWay.get(60, TimeUnit.SECONDS)).isEqualTo("again");
            }
            Whole.Service third = whole.serve("third", SocketDefinition.http(old.port(), "/"));
            try (Socket client = Whole.connect(third.port())) {
                Whole.await().until(() -> Whole.ask(client, "GET", "/4").equals("third: GET /4"));
            }
        }
    }

    @Test
    void aReplacedServiceThatClosesLeavesAtOnceAndIsNotTakenBack() throws Exception {
        try (Whole whole = new Whole()) {
            Whole.Service old = whole.serve("old", SocketDefinition.http(0, "/"));
            Whole.Service successor = whole.serve("new", SocketDefinition.http(old.port(), "/"));
            Whole.await().until(() -> old.events.contains("replaced"));

            old.listener.close();

            assertThat(old.listener.isClosed()).isTrue();
            try (Socket client = Whole.connect(successor.port())) {
                assertThat(Whole.ask(client, "GET", "/")).isEqualTo("new: GET /");
            }
        }
    }
}
