package io.blobcache.node.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.CoreConstants;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.rolling.FixedWindowRollingPolicy;
import ch.qos.logback.core.rolling.RollingFileAppender;
import ch.qos.logback.core.rolling.SizeBasedTriggeringPolicy;
import ch.qos.logback.core.spi.ContextAwareBase;
import ch.qos.logback.core.util.FileSize;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sets the log up in code: logback asks for this class when the first logger is made, and then looks for no file. Keys,
 * values and messages of exceptions that others have chosen may hold line breaks; none of them starts a line of its own.
 */
public final class LogSettings extends ContextAwareBase implements Configurator {
    private static final String PATTERN = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5level [%thread] %logger{0}:"
            + " %replace(%msg %kvp){'" + StackTraces.CONTROLS + "', '?'}%n%stackTraces";

    /** The newest 10 MiB and the 10 MiB before it: weeks of an agent in order. */
    private static final String MAX_FILE_SIZE = "10MB";

    private static volatile boolean verbose;
    private static volatile boolean quiet;
    private static volatile @Nullable Path file;

    /**
     * To be called before the first logger is made.
     *
     * @param logFile {@code null} for standard error
     */
    static void apply(boolean inDetail, @Nullable Path logFile) {
        verbose = inDetail;
        file = logFile;
    }

    /** For commands whose own output says what matters: warnings and errors only. */
    static void applyQuietly(boolean inDetail) {
        apply(inDetail, null);
        quiet = !inDetail;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        Path wanted = file;
        OutputStreamAppender<ILoggingEvent> appender =
                wanted == null ? new ConsoleAppender<>() : rolling(context, wanted);
        if (appender instanceof ConsoleAppender<ILoggingEvent> console) {
            console.setTarget("System.err");
        }
        context.putObject(
                CoreConstants.PATTERN_RULE_REGISTRY, new HashMap<>(Map.of("stackTraces", StackTraces.class.getName())));
        PatternLayoutEncoder encoder = new PatternLayoutEncoder();
        encoder.setContext(context);
        encoder.setPattern(PATTERN);
        encoder.start();
        appender.setContext(context);
        appender.setEncoder(encoder);
        appender.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        context.getLogger("io.blobcache").setLevel(verbose ? Level.DEBUG : quiet ? Level.WARN : Level.INFO);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    private static RollingFileAppender<ILoggingEvent> rolling(LoggerContext context, Path file) {
        RollingFileAppender<ILoggingEvent> appender = new RollingFileAppender<>();
        appender.setContext(context);
        appender.setFile(file.toString());
        FixedWindowRollingPolicy window = new FixedWindowRollingPolicy();
        window.setContext(context);
        window.setParent(appender);
        window.setMinIndex(1);
        window.setMaxIndex(1);
        window.setFileNamePattern(file + ".%i");
        window.start();
        SizeBasedTriggeringPolicy<ILoggingEvent> size = new SizeBasedTriggeringPolicy<>();
        size.setContext(context);
        size.setMaxFileSize(FileSize.valueOf(MAX_FILE_SIZE));
        size.start();
        appender.setRollingPolicy(window);
        appender.setTriggeringPolicy(size);
        return appender;
    }
}
