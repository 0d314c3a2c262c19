package io.blobcache.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others have named cannot look like a line of our log. */
class LogSettingsTest {
    private static final String HOSTILE = "new\nFORGED\r\u001b[31mFORGED\u0085FORGED\u2028FORGED";
    private static final String HARMLESS = "new?FORGED??[31mFORGED?FORGED?FORGED";

    @TempDir
    private Path directory;

    private final LoggerContext context = new LoggerContext();
    private Logger log;

    @BeforeEach
    void configure() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        LogSettings.apply(false, directory.resolve("log"));
        new LogSettings().configure(context);
        log = context.getLogger("io.blobcache.Test");
    }

    @AfterEach
    void stop() {
        context.stop();
        LogSettings.apply(false, null);
    }

    @Test
    void aHostileNameIsOneLine() throws IOException {
        log.atWarn().addKeyValue("path", HOSTILE).log("{} is strange", HOSTILE);

        assertThat(lines())
                .singleElement()
                .asString()
                .endsWith("Test: " + HARMLESS + " is strange path=\"" + HARMLESS + "\"");
    }

    @Test
    void aHostileMessageOfAnExceptionIsOneLine() throws IOException {
        IOException suppressed = new IOException(HOSTILE);
        IOException failure = new IOException(HOSTILE, new IllegalStateException(HOSTILE));
        failure.addSuppressed(suppressed);

        log.atError().setCause(failure).log("failed");

        assertThat(lines())
                .contains(
                        "java.io.IOException: " + HARMLESS,
                        "Caused by: java.lang.IllegalStateException: " + HARMLESS,
                        "\tSuppressed: java.io.IOException: " + HARMLESS)
                .anyMatch(line -> line.startsWith("\tat " + LogSettingsTest.class.getName()))
                .noneMatch(line -> line.startsWith("FORGED"));
    }

    @Test
    void anExceptionWithoutMessageIsItsClass() throws IOException {
        log.atError().setCause(new IOException()).log("failed");

        assertThat(lines()).contains("java.io.IOException");
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(directory.resolve("log"));
    }
}
