package io.blobcache.node.cli;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Exceptions in the log, as Java prints them, but that their messages are one line each whatever a source or a peer has
 * put into them. Public for logback, which makes it.
 */
public final class StackTraces extends ThrowableHandlingConverter {
    /** ASCII's and Latin-1's control characters, and what Unicode adds to end a line. */
    static final String CONTROLS = "[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029]";

    private static final Pattern CONTROL = Pattern.compile(CONTROLS);

    @Override
    public String convert(ILoggingEvent event) {
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        append(text, "", "", thrown);
        return text.toString();
    }

    private static void append(StringBuilder text, String indent, String relation, IThrowableProxy thrown) {
        text.append(indent).append(relation).append(thrown.getClassName()).append(message(thrown.getMessage()));
        StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
        for (int i = 0; i < frames.length - thrown.getCommonFrames(); i++) {
            text.append('\n').append(indent).append('\t').append(frames[i].getSTEAsString());
        }
        if (thrown.getCommonFrames() > 0) {
            text.append('\n')
                    .append(indent)
                    .append("\t... ")
                    .append(thrown.getCommonFrames())
                    .append(" more");
        }
        text.append('\n');
        for (IThrowableProxy suppressed : thrown.getSuppressed()) {
            append(text, indent + "\t", "Suppressed: ", suppressed);
        }
        IThrowableProxy cause = thrown.getCause();
        if (cause != null) {
            append(text, indent, "Caused by: ", cause);
        }
    }

    private static String message(@Nullable String message) {
        return message == null ? "" : ": " + CONTROL.matcher(message).replaceAll("?");
    }
}
