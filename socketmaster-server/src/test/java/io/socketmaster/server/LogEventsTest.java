package io.socketmaster.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogEventsTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger("socketmaster");
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();
    private Level before;
    private final LogEvents log = new LogEvents(/* accessLog= */ false);

    @BeforeEach
    void listen() {
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        appender.start();
        logger.addAppender(appender);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        logger.setLevel(before);
    }

    private List<String> lines() {
        return appender.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    @Test
    void anAddressIsWrittenAsItCanBeGivenBack() {
        log.started(new InetSocketAddress("::1", 9999), Optional.empty());
        log.listenerBound(new InetSocketAddress("127.0.0.1", 80));
        log.listenerBound(new InetSocketAddress(8000));

        assertThat(lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains(" [::1]:9999 unix=none"),
                        line -> assertThat(line).contains(" 127.0.0.1:80"),
                        line -> assertThat(line).contains(" *:8000"));
    }
}
