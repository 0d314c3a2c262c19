package io.blobcache.node.fuse.jnr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.config.Changed;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.mounter.MountTable;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A real mount through libfuse, read by real system calls. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class JnrMountTest {
    private static final byte[] CONTENT = MemoryFileSystem.pattern(3_000_001, 1);
    private static final byte[] NEWER = MemoryFileSystem.pattern(2_000_003, 2);

    private static final FuseConfig CONFIG = shortTimeouts();

    @TempDir(cleanup = CleanupMode.NEVER)
    private Path directory;

    private final MemoryFileSystem fileSystem = new MemoryFileSystem();
    private final FuseCounters counters = new FuseCounters();
    private final ExecutorService readers = Executors.newCachedThreadPool();
    private JnrMount mount;

    @BeforeEach
    void mount() throws IOException {
        fileSystem
                .directory("a")
                .directory("a/b")
                .file("a/b/file", CONTENT)
                .file("a/b/other", NEWER)
                .link("link", "../a//b/file");
        mount = JnrMount.mount(fileSystem, CONFIG, directory, "test:,name", counters);
    }

    @AfterEach
    void unmount() throws IOException {
        fileSystem.held.countDown();
        mount.close();
        readers.shutdownNow();
        Files.deleteIfExists(directory);
    }

    @Test
    void aMountIsUnmountedWhenItIsIdleAndServesUntilThen() throws IOException, InterruptedException {
        try (InputStream open = Files.newInputStream(directory.resolve("a/b/file"))) {
            assertThat(mount.unmountIfIdle()).isFalse();
            assertThat(open.readAllBytes()).isEqualTo(CONTENT);
        }

        assertThat(mount.unmountIfIdle()).isTrue();
        mount.awaitUnmount();
        assertThat(mount.unmountIfIdle()).as("nothing is left to do").isTrue();
    }

    @Test
    void aFileIsReadAsItIs() throws IOException {
        assertThat(Files.readAllBytes(directory.resolve("a/b/file"))).isEqualTo(CONTENT);
    }

    @Test
    void readsAtAnyOffsetGiveTheBytesOfThatOffset() throws IOException {
        Random random = new Random(7);
        try (FileChannel file = FileChannel.open(directory.resolve("a/b/file"))) {
            for (int i = 0; i < 200; i++) {
                int offset = random.nextInt(CONTENT.length);
                ByteBuffer bytes = ByteBuffer.allocate(1 + random.nextInt(100_000));
                int read = file.read(bytes, offset);
                assertThat(read).isEqualTo(Math.min(bytes.capacity(), CONTENT.length - offset));
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.wrap(CONTENT, offset, read));
            }
            assertThat(file.read(ByteBuffer.allocate(10), CONTENT.length)).isEqualTo(-1);
        }
    }

    @Test
    void statShowsTheAttributesOfTheFileSystem() throws IOException {
        Map<String, Object> shown = Files.readAttributes(directory.resolve("a/b/file"), "unix:*");
        assertThat(shown).containsEntry("size", (long) CONTENT.length).containsEntry("nlink", 1);
        assertThat(Files.getAttribute(directory.resolve("a"), "unix:nlink")).isEqualTo(1);
        assertThat(shown).containsEntry("ino", fileSystem.inodeOf("a/b/file"));
        assertThat(shown.get("permissions")).isEqualTo(PosixFilePermissions.fromString("r--r--r--"));
        assertThat(shown.get("lastModifiedTime")).hasToString(MemoryFileSystem.MODIFIED);
    }

    @Test
    void aLinkHasItsTargetVerbatim() throws IOException {
        assertThat(Files.readSymbolicLink(directory.resolve("link"))).hasToString("../a//b/file");
    }

    @Test
    void aLongDirectoryIsListedWithoutLossOrRepetition() throws IOException {
        for (int i = 0; i < 3_000; i++) {
            fileSystem.file("a/%05d-%s".formatted(i, "ä".repeat(50)), new byte[0]);
        }
        try (Stream<Path> children = Files.list(directory.resolve("a"))) {
            assertThat(children.map(Path::getFileName).map(Path::toString))
                    .doesNotHaveDuplicates()
                    .contains("b", "00000-" + "ä".repeat(50), "02999-" + "ä".repeat(50))
                    .hasSize(3_001);
        }
        assertThat(counters.count(Operation.READDIR)).isGreaterThan(10);
    }

    @Test
    void aMissingNameIsAskedForOnce() {
        Path missing = directory.resolve("a/missing");
        assertThatThrownBy(() -> Files.readAllBytes(missing)).isInstanceOf(NoSuchFileException.class);
        long asked = fileSystem.lookups.get();
        assertThatThrownBy(() -> Files.readAllBytes(missing)).isInstanceOf(NoSuchFileException.class);
        assertThat(fileSystem.lookups.get()).isEqualTo(asked);
    }

    @Test
    void aNameThatIsTooLongSaysSo() throws Exception {
        assertThat(Shell.run("cat", directory.resolve("x".repeat(256)).toString()))
                .contains("File name too long");
    }

    @Test
    void everyWriteIsRefusedAsReadOnly() throws Exception {
        assertThatEveryWriteIsRefused();
    }

    @Test
    void everyWriteIsRefusedAlsoWhenSomebodyRemountsItForWriting() throws Exception {
        assertThat(Shell.run("mount", "-i", "-o", "remount,rw", directory.toString()))
                .isEmpty();
        assertThatEveryWriteIsRefused();
    }

    private void assertThatEveryWriteIsRefused() throws Exception {
        String file = directory.resolve("a/b/file").toString();
        String fresh = directory.resolve("a/new").toString();
        for (List<String> command : List.of(
                List.of("touch", fresh),
                List.of("touch", file),
                List.of("mkdir", fresh),
                List.of("rm", "-f", file),
                List.of("rmdir", directory.resolve("a").toString()),
                List.of("mv", "-T", file, fresh),
                List.of("ln", file, fresh),
                List.of("ln", "-s", file, fresh),
                List.of("mknod", fresh, "p"),
                List.of("chmod", "777", file),
                List.of("chown", "1:1", file),
                List.of("truncate", "-s", "1", file),
                List.of("dd", "if=/dev/zero", "of=" + file, "count=1", "conv=notrunc"))) {
            assertThat(Shell.run(command.toArray(String[]::new)))
                    .as("%s", command)
                    .contains("Read-only file system");
        }
        assertThat(Files.readAllBytes(directory.resolve("a/b/file"))).isEqualTo(CONTENT);
    }

    @Test
    void thereIsNoFreeSpace() throws IOException {
        assertThat(Files.getFileStore(directory).getUsableSpace()).isZero();
        assertThat(Files.getFileStore(directory).getTotalSpace()).isEqualTo(1000L * 4096);
    }

    @Test
    void slowReadsDoNotHoldUpOthers() throws Exception {
        fileSystem.held = new CountDownLatch(1);
        fileSystem.heldName = "a/b/other";
        List<Future<byte[]>> slow = Stream.generate(
                        () -> readers.submit(() -> Files.readAllBytes(directory.resolve("a/b/other"))))
                .limit(20)
                .toList();
        awaitWaitingReads(1);
        Future<byte[]> quick = readers.submit(() -> Files.readAllBytes(directory.resolve("a/b/file")));
        assertThat(quick.get(20, TimeUnit.SECONDS)).isEqualTo(CONTENT);
        fileSystem.held.countDown();
        for (Future<byte[]> read : slow) {
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(NEWER);
        }
    }

    @Test
    void closingForgetsEveryInodeAndReleasesEveryHandle() throws Exception {
        Files.readAllBytes(directory.resolve("a/b/file"));
        assertThat(Shell.run("ls", directory.resolve("a").toString())).isEqualTo("b\n");
        assertThat(fileSystem.remembered()).isPositive();
        mount.close();
        assertThat(fileSystem.remembered()).isZero();
        assertThat(fileSystem.openHandles()).isZero();
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void closingEndsAReaderThatWaitsAndOneThatKeepsItsFileOpen() throws Exception {
        fileSystem.held = new CountDownLatch(1);
        fileSystem.heldName = "a/b/other";
        Future<byte[]> slow = readers.submit(() -> Files.readAllBytes(directory.resolve("a/b/other")));
        awaitWaitingReads(1);
        FileChannel open = FileChannel.open(directory.resolve("a/b/file"));
        assertThat(open.read(ByteBuffer.allocate(1))).isEqualTo(1);
        mount.close();
        mount.awaitUnmount();
        assertThatThrownBy(() -> slow.get(20, TimeUnit.SECONDS)).hasRootCauseInstanceOf(IOException.class);
        // close(2) flushes, and there is nobody left to flush to.
        assertThatThrownBy(open::close).hasMessageContaining("not connected");
        assertThat(MountTable.minorOf(directory)).isEmpty();
        assertThat(fileSystem.remembered()).isZero();
    }

    @Test
    void aMountThatSomebodyElseUnmountsEnds() throws Exception {
        assertThat(Posix.umount(directory.toString(), 0)).isZero();
        assertThat(readers.submit(() -> {
                            mount.awaitUnmount();
                            return true;
                        })
                        .get(20, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aChangedFileIsSeenWhenTheLastReaderOfTheOldOneIsDone() throws Exception {
        Path path = directory.resolve("a/b/file");
        try (FileChannel old = FileChannel.open(path)) {
            assertThat(old.read(ByteBuffer.allocate(4096), 0)).isEqualTo(4096);
            fileSystem.file("a/b/file", NEWER);
            awaitEntryTimeout();
            assertThat(Files.size(path)).isEqualTo(CONTENT.length);
            assertThat(Files.readAllBytes(path)).isEqualTo(CONTENT);
            ByteBuffer tail = ByteBuffer.allocate(1000);
            old.read(tail, CONTENT.length - 1000);
            assertThat(tail.flip()).isEqualTo(ByteBuffer.wrap(CONTENT, CONTENT.length - 1000, 1000));
        }
        awaitEntryTimeout();
        assertThat(Files.readAllBytes(path)).isEqualTo(NEWER);
    }

    @Test
    void anUnchangedFileIsReadFromThePageCacheAfterItWasClosed() throws IOException {
        Files.readAllBytes(directory.resolve("a/b/file"));
        long reads = counters.count(Operation.READ);
        assertThat(Files.readAllBytes(directory.resolve("a/b/file"))).isEqualTo(CONTENT);
        assertThat(counters.count(Operation.READ)).isEqualTo(reads);
    }

    @Test
    void theNameIsShownAsTheDevice() throws IOException {
        assertThat(Files.readAllLines(Path.of("/proc/mounts")))
                .anyMatch(line -> line.startsWith("test:,name " + directory + " fuse.blobcache ro,nosuid,nodev"));
    }

    @Test
    void aDirectoryInUseIsRefusedWithTheRemedy() {
        assertThatThrownBy(() -> mountAt(directory)).hasMessageContaining("already: unmount it");
        assertThatThrownBy(() -> mountAt(directory.resolve("a/b/file"))).hasMessageContaining("is not a directory");
        assertThatThrownBy(() -> mountAt(directory.resolve("a"))).hasMessageContaining("is not empty");
        assertThatThrownBy(() -> mountAt(directory.resolve("missing"))).hasMessageContaining("does not exist: mkdir");
    }

    @SuppressWarnings("MustBeClosedChecker") // Nothing is opened: each of these fails.
    private static void mountAt(Path path) throws IOException {
        JnrMount.mount(new MemoryFileSystem(), FuseConfig.DEFAULT, path, "test", new FuseCounters());
    }

    /** The defaults, but a changed name is seen after a quarter of a second. */
    private static FuseConfig shortTimeouts() {
        Duration timeout = Duration.ofMillis(250);
        return Changed.copy(FuseConfig.DEFAULT, "entryTimeout", timeout, "attributeTimeout", timeout);
    }

    private void awaitWaitingReads(int readers) throws InterruptedException {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (fileSystem.waiting.get() < readers) {
            assertThat(System.nanoTime()).as("reads waiting").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(1);
        }
    }

    /** Until the kernel asks for the name again; there is nothing that it could be asked instead. */
    private static void awaitEntryTimeout() throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(
                CONFIG.entryTimeout().plus(Duration.ofMillis(50)).toNanos());
    }
}
