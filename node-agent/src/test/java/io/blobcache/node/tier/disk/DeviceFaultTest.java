package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a device that is full, failing, read-only or gone costs hits and fills, never an error or a wrong byte. */
class DeviceFaultTest {
    private static final long MIB = 1 << 20;
    private static final Blob BLOB = blob("model", 3L * BLOCK_BYTES + 1234);

    @TempDir
    Path directory;

    /** What is to be closed, the last first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    @SuppressWarnings("NullAway.Init") // Made by on(), with which each test begins.
    private LoopDisk loop;

    @SuppressWarnings("NullAway.Init")
    private DiskFixture disk;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable last : opened) {
            last.close();
        }
    }

    private void on(LoopDisk made) throws IOException {
        loop = made;
        opened.push(loop);
        on(loop.state());
    }

    private void on(Path state) {
        disk = new DiskFixture(state);
        opened.push(disk);
    }

    @Test
    void aFullDeviceDeclinesFillsKeepsWhatIsThereAndLeavesNoLitter() throws IOException {
        on(new LoopDisk(directory, 64 * MIB).mount(""));
        disk.open(); // The space it is told of is endless: it learns of the end by ENOSPC.
        Blob big = blob("big", 100L * BLOCK_BYTES);

        int taken = 0;
        for (int block = 0; block < 100; block++) {
            taken += disk.offer(big, block) ? 1 : 0;
            disk.awaitIdle();
        }

        assertThat(taken).isBetween(20, 99);
        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        assertThat(disk.tier().statistics().reason()).contains("no space");
        assertThat(disk.hitsOf(big)).isEqualTo((int) disk.tier().statistics().blocks());
        assertThat(filesUnder(loop.state())).hasSize(3); // lock, data, sidecar

        disk.tick();

        assertThat(disk.tier().statistics().state()).as("eviction made room").isEqualTo("normal");
        assertThat(disk.fill(BLOB).hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aDeviceFilledByOthersIsLeftToThemAndUsedAgainWhenTheyGo() throws IOException {
        on(new LoopDisk(directory, 64 * MIB).mount(""));
        disk.device = DeviceSpace.of(loop.mounted);
        disk.open().fill(BLOB);
        Path foreign = loop.mounted.resolve("foreign");
        LoopDisk.run(List.of("sh", "-c", "dd if=/dev/zero of=" + foreign + " bs=1M 2>/dev/null || true"));

        disk.tick();
        for (int block = 0; block < 4; block++) {
            disk.offer(blob("late", 4L * BLOCK_BYTES), block);
            disk.awaitIdle();
        }
        assertThat(disk.tier().statistics().usedBytes())
                .isLessThanOrEqualTo(disk.tier().statistics().capacityBytes());

        Files.delete(foreign);
        disk.tick();
        disk.tick();
        assertThat(disk.fill(BLOB).hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aDeviceWithoutInodesDeclinesAndRecoversByEviction() throws IOException {
        on(new LoopDisk(directory, 64 * MIB, "-N", "64").mount(""));
        disk.open();

        for (int i = 0; i < 60; i++) {
            disk.offer(blob("small " + i, 100), 0);
            disk.awaitIdle();
        }

        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        assertThat(disk.tier().statistics().blobs()).isBetween(10L, 30L);
        disk.tick();
        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
        assertThat(disk.fill(blob("one more", 100)).hitsOf(blob("one more", 100)))
                .isEqualTo(1);
        try (Stream<Path> data = Files.walk(loop.state())) {
            assertThat(data.filter(file -> file.toString().endsWith(".data")).count())
                    .isEqualTo(disk.tier().statistics().blobs());
        }
    }

    @Test
    void readErrorsMissAndThreeOfThemTakeTheTierDownUntilTheDeviceIsWell() throws IOException {
        on(new LoopDisk(directory, 128 * MIB).mount(""));
        Blob big = blob("big", 80L * BLOCK_BYTES);
        disk.open().fill(big);
        LoopDisk.forgetPages(disk.data(big));

        loop.resizeImage(20 * MIB);

        assertThat(disk.hitsOf(big)).isLessThan(80);
        assertThat(disk.tier().statistics().state()).isEqualTo("down");
        assertThat(disk.counters.deviceErrors.sum()).isEqualTo(DiskHealth.FAILURES_UNTIL_DOWN);
        assertThat(disk.offer(BLOB, 0)).isFalse();

        loop.resizeImage(128 * MIB);
        for (int tick = 0; tick < DiskHealth.CLEAN_PROBES_AFTER_FAILURE; tick++) {
            disk.tick();
        }
        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
        // What came back is zeros where the image was cut: every block is compared before it is used again.
        disk.hitsOf(big);
        assertThat(disk.counters.corruptBlocks.sum()).isPositive();
        disk.fill(big);
        assertThat(disk.hitsOf(big)).isEqualTo(80);
    }

    @Test
    void writesThatTheDeviceTookAndLostAreNoticedBeforeTheirBytesAreRead() throws IOException {
        // A device that promises more than it has: the writes succeed, writing them back does not.
        Path thin = Files.createDirectories(directory.resolve("thin"));
        LoopDisk.run(List.of("mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", thin.toString()));
        opened.push(() -> LoopDisk.run(List.of("umount", "-l", thin.toString())));
        on(new LoopDisk(thin, 256 * MIB).mount(""));
        Blob big = blob("big", 80L * BLOCK_BYTES);
        disk.open().fill(big);

        disk.tier().upkeep().ageTick();

        LoopDisk.forgetPages(disk.data(big));
        assertThat(disk.hitsOf(big)).isLessThan(80);
        assertThat(disk.counters.corruptBlocks.sum() + disk.counters.deviceErrors.sum())
                .isPositive();
    }

    @Test
    void aFileSystemTurnedReadOnlyIsReadAndFilledAgainWhenItIsWritable() throws IOException {
        on(new LoopDisk(directory, 64 * MIB).mount(""));
        disk.open().fill(BLOB);

        loop.remount("ro");

        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        disk.offer(blob("late", 10), 0);
        disk.awaitIdle();
        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        assertThat(disk.tier().statistics().reason()).contains("read-only");
        assertThat(disk.offer(blob("late", 10), 0)).isFalse();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        disk.tick();
        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");

        loop.remount("rw");
        disk.tick();
        assertThat(disk.fill(blob("late", 10)).hitsOf(blob("late", 10))).isEqualTo(1);
    }

    @Test
    void aFileSystemThatTurnsItselfReadOnlyIsStillRead() throws IOException {
        on(new LoopDisk(directory, 64 * MIB).mount("errors=remount-ro"));
        disk.open().fill(BLOB);

        loop.failFileSystem();

        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
        disk.offer(blob("late", 10), 0);
        disk.awaitIdle();
        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aBlockFoundDamagedOnAReadOnlyFileSystemIsNeverServed() throws IOException {
        on(new LoopDisk(directory, 64 * MIB).mount(""));
        disk.open().fill(BLOB);
        disk.bootId = "second boot";
        disk.tier().close();
        LoopDisk.run(List.of(
                "dd", "if=/dev/zero", "of=" + disk.data(BLOB), "bs=100", "count=1", "conv=notrunc", "status=none"));
        disk.open();
        loop.remount("ro");

        assertThat(disk.hits(BLOB, 0)).isFalse();
        assertThat(disk.hits(BLOB, 0)).isFalse();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(3);
    }

    @Test
    void aStateDirectoryThatIsRemovedIsMadeAgain() throws IOException {
        on(directory.resolve("state"));
        disk.open().fill(BLOB).fill(blob("other", 10));

        removeTree(disk.state);

        disk.hitsOf(BLOB); // No wrong byte; the open file may still be read.
        disk.offer(blob("late", 10), 0);
        disk.awaitIdle();
        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        disk.tick();
        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
        assertThat(disk.tier().statistics().usedBytes()).isZero();
        assertThat(disk.tier().statistics().blobs()).isZero();
        assertThat(disk.fill(BLOB).hitsOf(BLOB)).isEqualTo(4);
    }

    @Test
    void aFileInPlaceOfTheStateDirectoryIsABypassUntilItGoes() throws IOException {
        on(directory.resolve("state"));
        disk.open();
        removeTree(disk.state);
        Files.writeString(disk.state, "in the way");

        disk.offer(BLOB, 0);
        disk.awaitIdle();
        disk.tick();
        assertThat(disk.tier().statistics().state()).isNotEqualTo("normal");
        assertThat(disk.read(BLOB, 0)).isNull();

        Files.delete(disk.state);
        disk.tick();
        assertThat(disk.fill(BLOB).hitsOf(BLOB)).isEqualTo(4);
    }

    private static List<Path> filesUnder(Path root) throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static void removeTree(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, IOException failure) throws IOException {
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
