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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

class ConfigWatcherTest {
    @TempDir
    private Path directory;

    private final List<ConfigChange> changes = new ArrayList<>();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Path file;
    private ConfigWatcher watcher;

    @BeforeEach
    void watch() throws IOException {
        file = Files.writeString(directory.resolve("agent.yaml"), "prefetch: {windowBytes: 64MiB}\n");
        watcher = new ConfigWatcher(file, ConfigLoader.load(file), Duration.ofHours(1), changes::add);
        log.start();
        logger().addAppender(log);
        logger().setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger().detachAppender(log);
        logger().setAdditive(true);
        watcher.close();
    }

    @Test
    void aLiveSettingIsHandedOnWhenTheFileChanges() throws IOException {
        write("prefetch: {windowBytes: 128MiB}\n");

        assertThat(changes).hasSize(1);
        assertThat(changes.getFirst().live()).containsExactly("prefetch.windowBytes");
        assertThat(changes.getFirst().restart()).isEmpty();
        assertThat(watcher.inForce().prefetch().windowBytes()).isEqualTo(128L << 20);
    }

    @Test
    void aBadFileKeepsTheLastGoodConfigurationAndSaysEveryProblem() throws IOException {
        AgentConfig before = watcher.inForce();

        write("prefetch: {windowBytes: 2GiB, workers: none}\n");

        assertThat(changes).isEmpty();
        assertThat(watcher.inForce()).isEqualTo(before);
        assertThat(logged()).hasSize(2).allMatch(line -> line.contains("the last one stays in force"));
        assertThat(logged().getFirst() + logged().getLast())
                .contains("prefetch.windowBytes must be in [0, 256MiB], was: 2GiB")
                .contains("prefetch.workers must be a whole number");

        watcher.look();
        assertThat(logged()).as("said once for each state of the file").hasSize(2);

        write("prefetch: {windowBytes: 32MiB}\n");
        assertThat(watcher.inForce().prefetch().windowBytes()).isEqualTo(32L << 20);
    }

    @Test
    void aSettingThatNeedsARestartIsReportedAndNotApplied() throws IOException {
        write("prefetch: {windowBytes: 1MiB}\nblockSize: 1MiB\nfuse: {readerThreads: 2}\n");

        assertThat(changes.getFirst().restart()).containsExactly("blockSize", "fuse.readerThreads");
        assertThat(watcher.inForce().blockSize()).isEqualTo(AgentConfig.DEFAULT.blockSize());
        assertThat(watcher.inForce().fuse().readerThreads()).isEqualTo(4);
        assertThat(watcher.inForce().prefetch().windowBytes()).isEqualTo(1 << 20);
        assertThat(logged()).anyMatch(line -> line.contains("needs a restart") && line.contains("blockSize"));
    }

    @Test
    void whatAnAgentCannotTakeStaysAsItWas() throws IOException {
        ConfigWatcher failing = new ConfigWatcher(file, watcher.inForce(), Duration.ofHours(1), _ -> {
            throw new IllegalStateException("no");
        });

        Files.writeString(file, "prefetch: {windowBytes: 16MiB, workers: 2}\n");
        failing.look();
        failing.look();

        assertThat(failing.inForce()).isEqualTo(AgentConfig.DEFAULT);
        assertThat(logged()).anyMatch(line -> line.contains("not taken"));
    }

    @Test
    void aFileIsReadOnlyWhenItStandsStill() throws IOException {
        Files.writeString(file, "prefetch: {windowBytes: 16MiB}\n# half a fi");
        watcher.look();
        assertThat(changes).isEmpty();

        watcher.look();
        assertThat(changes).hasSize(1);
    }

    @Test
    void aFileExchangedByRenameIsSeenAndAMissingOneChangesNothing() throws IOException {
        Path next = Files.writeString(directory.resolve("next"), "prefetch: {windowBytes: 64KiB}\n");
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
        watcher.look();
        watcher.look();
        assertThat(watcher.inForce().prefetch().windowBytes()).isEqualTo(64 << 10);

        Files.delete(file);
        watcher.look();
        watcher.look();
        assertThat(watcher.inForce().prefetch().windowBytes()).isEqualTo(64 << 10);
        assertThat(logged()).anyMatch(line -> line.contains("is gone"));
    }

    private void write(String yaml) throws IOException {
        Files.writeString(file, yaml);
        watcher.look();
        watcher.look();
    }

    private List<String> logged() {
        return log.list.stream()
                .map(event -> event.getFormattedMessage() + " " + event.getKeyValuePairs())
                .filter(line -> !line.startsWith("configuration changed"))
                .toList();
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger(ConfigWatcher.class);
    }
}
