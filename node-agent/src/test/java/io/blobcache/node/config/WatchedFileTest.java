package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class WatchedFileTest {
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private int attempts;

    @Test
    void aFileThatCannotBeReadIsTriedAgainAndToldOnce(@TempDir Path directory) throws IOException {
        Logger logger = (Logger) LoggerFactory.getLogger(WatchedFileTest.class);
        logger.addAppender(log);
        logger.setAdditive(false);
        log.start();
        Path file = Files.writeString(directory.resolve("file"), "text");
        try (WatchedFile watched = new WatchedFile(file, "list", logger, Duration.ofHours(1), this::failTwice)) {
            for (int look = 0; look < 6; look++) {
                watched.look();
            }
        } finally {
            logger.detachAppender(log);
        }

        // The first look only sees the file; two fail, the fourth takes it, and then it is as it was.
        assertThat(attempts).isEqualTo(3);
        assertThat(log.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly("list file cannot be read");
    }

    private void failTwice() throws IOException {
        attempts++;
        if (attempts <= 2) {
            throw new IOException("the device does not answer");
        }
    }
}
