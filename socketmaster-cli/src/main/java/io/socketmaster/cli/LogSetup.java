package io.socketmaster.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.ContextInitializer;
import ch.qos.logback.classic.util.DefaultJoranConfigurator;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.OptionHelper;

/**
 * How the command logs: one line for each event, its time in UTC, at the level in {@code SOCKETMASTER_LOG_LEVEL}. Logback finds
 * it as a service. It is no {@code logback.xml} because reading XML takes a tenth of the daemon's start; who wants another
 * configuration gives one with {@code -Dlogback.configurationFile}.
 */
public final class LogSetup extends ContextAwareBase implements Configurator {
    static final String LEVEL = "SOCKETMASTER_LOG_LEVEL";
    static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z', UTC} %-5level %msg%n";

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (hasFileOfItsOwn(context)) {
            return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
        }
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(level());
        root.addAppender(console(context));
        context.getLogger("io.netty").setLevel(Level.WARN);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** True if a file was asked for and is there; it has been read then. */
    private static boolean hasFileOfItsOwn(LoggerContext context) {
        if (OptionHelper.getSystemProperty(ContextInitializer.CONFIG_FILE_PROPERTY) == null) {
            return false;
        }
        DefaultJoranConfigurator xml = new DefaultJoranConfigurator();
        xml.setContext(context);
        return xml.configure(context) == ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** What is no level is DEBUG, as in Logback's own files. */
    private static Level level() {
        String name = OptionHelper.getSystemProperty(LEVEL, OptionHelper.getEnv(LEVEL));
        return name == null ? Level.INFO : Level.toLevel(name);
    }

    private static ConsoleAppender<ILoggingEvent> console(LoggerContext context) {
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setName("out");
        console.setTarget(Logging.target());
        console.setEncoder(encoder);
        console.start();
        return console;
    }
}
