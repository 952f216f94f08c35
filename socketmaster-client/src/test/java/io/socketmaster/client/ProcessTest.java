package io.socketmaster.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.socketmaster.client.testing.EchoProcess;
import io.socketmaster.client.testing.FakeDaemon;
import io.socketmaster.client.testing.FakeSession;
import io.socketmaster.client.testing.FakeStream;
import io.socketmaster.protocol.control.ControlMessage;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What only a process of its own can show. */
class ProcessTest {
    @Test
    void onSigtermAServiceThatClosesOnShutdownFinishesWhatRuns() throws Exception {
        try (FakeDaemon daemon = FakeDaemon.start()) {
            Process process = EchoProcess.start(daemon.address());
            FakeSession session = daemon.nextSession();
            FakeStream running = session.open().write("one");
            running.awaitText("one");

            process.destroy();
            await().until(() -> session.messages().contains(ControlMessage.Drain.fromService()));
            running.write(" more").awaitText("one more");
            assertThat(process.isAlive()).isTrue();
            running.finish();

            running.awaitEnd();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(running.broken()).isNull();
        }
    }

    @Test
    void aMalformedEnvironmentVariableIsAClearError() throws Exception {
        Process process = EchoProcess.start("nonsense");

        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isNotZero();
        assertThat(output)
                .contains(
                        "SocketMasterException: BAD_REQUEST: the environment variable SOCKETMASTER_ADDR: 'nonsense' is not"
                                + " the address of a daemon; expected host:port or unix:/path, such as 127.0.0.1:9999");
    }
}
