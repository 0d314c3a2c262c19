package io.blobcache.node.config;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    /** As the kubelet renews a volume: a new directory, a link that is exchanged for the old one at once. */
    @Test
    void aConfigMapThatIsRenewedIsTaken(@TempDir Path volume) throws IOException {
        renew(volume, "..2026_1", "one");
        Path file = Files.createSymbolicLink(volume.resolve("agent.yaml"), Path.of("..data", "agent.yaml"));
        List<String> taken = new ArrayList<>();
        Logger logger = (Logger) LoggerFactory.getLogger(WatchedFileTest.class);
        try (WatchedFile watched =
                new WatchedFile(file, "list", logger, Duration.ofHours(1), () -> taken.add(Files.readString(file)))) {
            watched.markTaken();
            watched.look();
            watched.look();
            renew(volume, "..2026_2", "two");
            watched.look();
            watched.look();
            watched.look();
        }

        assertThat(taken).containsExactly("two");
    }

    private static void renew(Path volume, String version, String text) throws IOException {
        Files.writeString(Files.createDirectory(volume.resolve(version)).resolve("agent.yaml"), text);
        Path next = Files.createSymbolicLink(volume.resolve("..data_tmp"), Path.of(version));
        Files.move(next, volume.resolve("..data"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void failTwice() throws IOException {
        attempts++;
        if (attempts <= 2) {
            throw new IOException("the device does not answer");
        }
    }
}
