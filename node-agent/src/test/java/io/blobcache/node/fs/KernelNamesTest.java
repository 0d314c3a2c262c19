package io.blobcache.node.fs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.kernel.KernelMount;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.mounter.InProcessMounter;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the name space looks like through the kernel, with its caches between. */
class KernelNamesTest {
    private final TreeSource source = new TreeSource();
    private final FuseCounters requests = new FuseCounters();

    @TempDir
    private Path temporary;

    private Path directory = Path.of("");
    private Mounted mounted;
    private KernelMount mount;

    @BeforeEach
    void mount() throws IOException {
        // The kernel believes names for a minute: what a program sees sooner, it sees because an open said ESTALE.
        Duration minute = Duration.ofMinutes(1);
        FuseConfig config = Changed.copy(
                FuseConfig.DEFAULT,
                "passthrough",
                false,
                "readerThreads",
                2,
                "entryTimeout",
                minute,
                "attributeTimeout",
                minute,
                "negativeTimeout",
                Duration.ZERO);
        directory = Files.createDirectory(temporary.resolve("mount"));
        mounted = new Mounted(source, temporary);
        mount = KernelMount.mount(mounted.files, () -> config, new InProcessMounter(), directory, "test", requests);
    }

    @AfterEach
    void unmount() {
        mount.close();
        mounted.close();
    }

    @Test
    void aWalkSeesTheTreeAndASecondOneReadsNoDirectory() throws IOException {
        for (int d = 0; d < 20; d++) {
            for (int f = 0; f < 30; f++) {
                source.file("d%02d/f%02d".formatted(d, f), "v", f);
            }
        }
        assertThat(walk()).hasSize(1 + 20 + 600).doesNotHaveDuplicates();
        // Each directory once: its entries, and the end. The last answer may be counted a moment after it was given.
        long reads = 2 * (1 + 20);
        int lists = source.lists.get();
        assertThat(walk()).hasSize(1 + 20 + 600);
        assertThat(directoryReads()).isLessThanOrEqualTo(reads);
        mounted.pass(6_000);
        assertThat(walk()).hasSize(1 + 20 + 600);
        assertThat(directoryReads()).isLessThanOrEqualTo(reads);
        assertThat(source.lists.get()).isEqualTo(2 * lists);
    }

    @Test
    void aNewOpenSeesTheNewVersionAndAnOpenFileKeepsTheOld() throws IOException {
        source.file("f", "v1", 10);
        Path file = directory.resolve("f");
        try (SeekableByteChannel old = Files.newByteChannel(file)) {
            assertThat(old.size()).isEqualTo(10);
            source.file("f", "v2", 300);
            mounted.pass(6_000);
            assertThat(Files.readAllBytes(file)).hasSize(300);
            assertThat(Files.size(file)).isEqualTo(300);
            assertThat(old.size()).isEqualTo(10);
        }
        source.remove("f");
        mounted.pass(6_000);
        assertThatThrownBy(() -> Files.readAllBytes(file)).isInstanceOf(NoSuchFileException.class);
    }

    /** The kernel may believe names for a minute, and believes these for the rest of the agent's time for them. */
    @Test
    void theTimesOfAgentAndKernelDoNotAddUp() throws Exception {
        source.file("f", "v1", 10);
        mounted.lookup("f");
        mounted.pass(4_500);
        assertThat(Files.exists(directory.resolve("f"))).isTrue();

        source.remove("f");
        mounted.pass(501);

        Poll.until(() -> !Files.exists(directory.resolve("f")));
    }

    @Test
    void aFileThatBecomesADirectoryAndBackIsNoError() throws IOException {
        Path path = directory.resolve("a");
        source.file("a", "v1", 1);
        assertThat(Files.readAllBytes(path)).hasSize(1);
        source.file("a/b", "v1", 2);
        mounted.pass(6_000);
        assertThatThrownBy(() -> Files.readAllBytes(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Is a directory");
        assertThat(Files.readAllBytes(path.resolve("b"))).hasSize(2);
        source.remove("a/b");
        mounted.pass(6_000);
        assertThatThrownBy(() -> Files.readAllBytes(path.resolve("b"))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void linksAreWhatTheSourceSaysAndLeadOutOfNothing() throws IOException {
        source.link("loop", "loop").link("out", "../../../etc/passwd").link("abs", "/etc/hostname");
        assertThat(Files.readSymbolicLink(directory.resolve("out"))).hasToString("../../../etc/passwd");
        assertThat(Files.readSymbolicLink(directory.resolve("abs"))).hasToString("/etc/hostname");
        assertThatThrownBy(() -> Files.readAllBytes(directory.resolve("loop")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("Too many levels");
    }

    @Test
    void hostileKeysLeadNowhere() throws IOException {
        for (String key : List.of("../up", "a/../../up", "./here", "b//c", "/abs", "ok/..", "z".repeat(256), "n\0l")) {
            source.file(key, "v", 1);
        }
        source.file("plain\nline", "v", 1)
                .file("%2e%2e", "v", 1)
                .file("-rf", "v", 1)
                .file("d/", "v", 0);
        try (Stream<Path> all = Files.walk(directory)) {
            assertThat(all.map(path -> directory.relativize(path).toString()))
                    .containsExactlyInAnyOrder("", "-rf", "%2e%2e", "plain\nline", "a", "b", "ok", "d");
        }
        assertThat(mounted.counters.hiddenEntries.sum()).isPositive();
    }

    @Test
    void whatIsKnownStaysWhileTheSourceIsAway() throws IOException {
        source.file("d/f", "v1", 10);
        try (Stream<Path> d = Files.list(directory.resolve("d"))) {
            assertThat(d).hasSize(1);
        }
        source.failure = new BlobException.Unavailable("down", null);
        mounted.pass(60_000);
        try (Stream<Path> d = Files.list(directory.resolve("d"))) {
            assertThat(d).hasSize(1);
        }
        assertThat(Files.readAllBytes(directory.resolve("d/f"))).hasSize(10);
        // In d it is known what there is; in the root it was never listed.
        assertThatThrownBy(() -> Files.size(directory.resolve("d/g"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> Files.size(directory.resolve("g")))
                .isInstanceOf(FileSystemException.class)
                .hasMessageContaining("Input/output error");
    }

    private List<Path> walk() throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            return all.toList();
        }
    }

    private long directoryReads() {
        return requests.count(Operation.READDIR) + requests.count(Operation.READDIRPLUS);
    }
}
