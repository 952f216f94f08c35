package io.socketmaster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.Configurator.ExecutionStatus;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ServiceLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the command's log looks like, in a Logback of its own. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class LogSetupTest {
    private static final String TARGET = "socketmaster.log.target";

    private final LoggerContext context = new LoggerContext();
    private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    private final String fileOfThisRun = System.getProperty(ContextInitializer.CONFIG_FILE_PROPERTY);

    @BeforeEach
    void forgetTheFileOfThisRun() {
        System.clearProperty(ContextInitializer.CONFIG_FILE_PROPERTY);
    }

    @AfterEach
    void restore() {
        context.stop();
        System.clearProperty(TARGET);
        System.clearProperty(LogSetup.LEVEL);
        if (fileOfThisRun == null) {
            System.clearProperty(ContextInitializer.CONFIG_FILE_PROPERTY);
        } else {
            System.setProperty(ContextInitializer.CONFIG_FILE_PROPERTY, fileOfThisRun);
        }
    }

    @Test
    void logbackFindsItAsAService() {
        assertThat(ServiceLoader.load(Configurator.class)).hasOnlyElementsOfType(LogSetup.class);
    }

    @Test
    void anEventIsOneLineWithItsTimeInUtcAndItsLevel() {
        configure();

        assertThat(line(Level.INFO, "listening 127.0.0.1:9999"))
                .isEqualTo("2026-11-21T13:50:18.466Z INFO  listening 127.0.0.1:9999" + System.lineSeparator());
        assertThat(line(Level.ERROR, "fault"))
                .isEqualTo("2026-11-21T13:50:18.466Z ERROR fault" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource({"ERROR,ERROR", "warn,WARN", "INFO,INFO", "DEBUG,DEBUG", "nonsense,DEBUG"})
    void theLevelIsWhatWasAskedFor(String asked, String level) {
        System.setProperty(LogSetup.LEVEL, asked);

        configure();

        assertThat(root.getLevel()).hasToString(level);
    }

    @Test
    void nettySaysOnlyWhatIsWrong() {
        System.setProperty(LogSetup.LEVEL, "DEBUG");

        configure();

        assertThat(context.getLogger("io.netty.channel").getEffectiveLevel()).isEqualTo(Level.WARN);
    }

    @Test
    void linesGoToStandardOutputUnlessThatIsAResult() {
        configure();
        assertThat(console().getTarget()).isEqualTo("System.out");

        context.reset();
        Logging.toStandardError();
        configure();
        assertThat(console().getTarget()).isEqualTo("System.err");
    }

    @Test
    void aFileThatIsAskedForIsAllThereIs(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(
                directory.resolve("mine.xml"), "<configuration><root level=\"WARN\"/></configuration>");
        System.setProperty(ContextInitializer.CONFIG_FILE_PROPERTY, file.toString());

        configure();

        assertThat(root.getLevel()).isEqualTo(Level.WARN);
        assertThat(root.iteratorForAppenders()).isExhausted();
    }

    private void configure() {
        LogSetup setup = new LogSetup();
        setup.setContext(context);
        assertThat(setup.configure(context)).isEqualTo(ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY);
    }

    private ConsoleAppender<ILoggingEvent> console() {
        return (ConsoleAppender<ILoggingEvent>) root.getAppender("out");
    }

    private String line(Level level, String message) {
        LoggingEvent event = new LoggingEvent(Logger.class.getName(), root, level, message, null, null);
        event.setInstant(Instant.parse("2026-11-21T13:50:18.466Z"));
        Encoder<ILoggingEvent> encoder = console().getEncoder();
        assertThat(encoder).isInstanceOf(PatternLayoutEncoder.class);
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}
