package io.blobcache.node.fuse.jnr;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.metrics.FuseCounters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A real mount through libfuse. */
class JnrMountTest {
    private static final byte[] CONTENT = TreeFileSystem.pattern(3_000_001, 1);

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private final TreeFileSystem fileSystem = new TreeFileSystem();
    private final FuseCounters counters = new FuseCounters();
    private JnrMount mount;

    @BeforeEach
    void mount() throws IOException {
        fileSystem.directory("a").directory("a/b").file("a/b/file", CONTENT).link("link", "a/b/file");
        mount = JnrMount.mount(fileSystem, FuseConfig.DEFAULT, directory, "test:,name", counters);
    }

    @AfterEach
    void unmount() throws IOException {
        mount.close();
        Files.deleteIfExists(directory);
    }

    @Test
    void aFileIsReadAsItIs() throws IOException {
        assertThat(Files.readAllBytes(directory.resolve("a/b/file"))).isEqualTo(CONTENT);
    }

    @Test
    void aDirectoryIsListed() throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            assertThat(children.map(Path::getFileName).map(Path::toString).toList())
                    .isEqualTo(List.of("a", "link"));
        }
    }
}
