package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.await;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.tier.BlockTier;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a device that hangs or is slow costs a limited wait and a limited number of threads, never a wrong byte. */
class SlowDeviceTest {
    private static final Blob BLOB = blob("model", 20L * BLOCK_BYTES);
    private static final BlockKey FIRST = BLOCK.keyOf(BLOB, 0);

    @TempDir
    Path directory;

    private final HungDevice device = new HungDevice();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final Arena arena = Arena.ofShared();
    private final MemorySegment into = arena.allocate(BLOCK_BYTES);
    private DiskFixture disk;

    @BeforeEach
    void openFilled() throws IOException {
        disk = new DiskFixture(directory.resolve("state"));
        disk.reads = device;
        disk.patience = Duration.ofMillis(50);
        disk.readers = task -> {
            Thread thread = Thread.ofPlatform().daemon().unstarted(task);
            threads.add(thread);
            return thread;
        };
        disk.open().fill(BLOB);
    }

    @AfterEach
    void close() {
        device.hangs = false;
        device.letBack(1_000);
        await("every buffer is back", () -> disk.pool.openLeases() == 0);
        disk.close();
        arena.close();
    }

    private int find(int block, boolean mayWait) {
        return disk.tier().find(BLOB, BLOCK.keyOf(BLOB, block), 0, 4096, into, 0, mayWait);
    }

    /** A reader of a loaded machine may find the patience of this test too short. */
    private void awaitHit(int block) {
        await("a hit", () -> find(block, true) == 4096);
        assertThat(into.asSlice(0, 4096).toArray(JAVA_BYTE))
                .isEqualTo(java.util.Arrays.copyOf(DiskFixture.bytesOf(BLOCK.keyOf(BLOB, block)), 4096));
    }

    @Test
    void whoMayNotWaitIsToldSoAndTheDeviceIsNotAsked() {
        awaitHit(0);
        device.hangs = true;
        long lateBefore = disk.counters.lateReads.sum();

        assertThat(find(0, false)).isEqualTo(BlockTier.LATE);
        assertThat(find(0, false)).isEqualTo(BlockTier.LATE);

        assertThat(device.inside).hasValue(0);
        assertThat(disk.counters.lateReads.sum()).isEqualTo(lateBefore);
    }

    @Test
    void aReadThatHangsIsLateAndNeverTouchesTheReadersMemoryAgain() {
        device.hangs = true;
        into.fill((byte) 7);

        assertThat(find(0, true)).isEqualTo(BlockTier.LATE);
        assertThat(disk.counters.lateReads.sum()).isEqualTo(1);
        await("it is inside", () -> device.inside.get() == 1);
        device.hangs = false;
        device.letBack(1);
        await("its buffer is back", () -> disk.pool.openLeases() == 0);

        assertThat(into.toArray(JAVA_BYTE)).containsOnly((byte) 7);
        awaitHit(0);
    }

    @Test
    void aLateReadAloneSaysNothingAboutTheDevice() {
        device.hangs = true;
        assertThat(find(0, true)).isEqualTo(BlockTier.LATE);
        device.hangs = false;
        device.letBack(1);

        assertThat(disk.tier().statistics().state()).isEqualTo("normal");
        awaitHit(0);
    }

    @Test
    void aDeviceThatHangsHoldsTenThreadsThenNobodyWaitsAndThenItIsBypassed() {
        device.hangs = true;
        for (int read = 0; read < 3 * DeviceCalls.MAX_THREADS; read++) {
            assertThat(find(read % 20, true)).isNotEqualTo(4096);
        }

        await("it is down", () -> {
            disk.tick();
            return disk.tier().statistics().state().equals("down");
        });

        assertThat(device.inside).hasValueLessThanOrEqualTo(DeviceCalls.MAX_THREADS);
        assertThat(threads).hasSizeLessThanOrEqualTo(DeviceCalls.MAX_THREADS);
        assertThat(find(0, true)).isEqualTo(BlockTier.MISS);
        assertThat(disk.tier().holds(BLOB, FIRST)).isFalse();
        assertThat(disk.tier().statistics().reason()).contains("seconds to answer");
    }

    @Test
    void itIsUsedAgainWhenTheHungReadsCameBackAndProbesAreFast() {
        device.hangs = true;
        List<Integer> answers = new ArrayList<>();
        await("it is down", () -> {
            answers.add(find(0, true));
            disk.tick();
            return disk.tier().statistics().state().equals("down");
        });
        for (int tick = 0; tick < 2 * DiskHealth.CLEAN_PROBES_AFTER_SLOWNESS; tick++) {
            disk.tick();
        }
        assertThat(disk.tier().statistics().state()).as("while reads hang").isEqualTo("down");

        device.hangs = false;
        device.letBack(1_000);

        await("it is used again", () -> {
            disk.tick();
            return disk.tier().statistics().state().equals("normal");
        });
        assertThat(answers).doesNotContain(4096);
        awaitHit(0);
    }

    @Test
    void aBlockToBeCheckedIsReadOnlyWhereItMayBeWaitedFor() throws IOException {
        disk.tier().close();
        disk.bootId = "second boot";
        disk.open();
        awaitHit(0);
        assertThat(find(1, false)).as("not checked yet").isEqualTo(BlockTier.LATE);

        disk.tier().close();
        disk.config = DiskFixture.config(0, Integrity.EVERY_READ);
        disk.open();
        awaitHit(0);
        assertThat(find(0, false)).isEqualTo(BlockTier.LATE);
    }

    @Test
    void openingReadsTheDiskOnlyWhereItMayBeWaitedFor() throws IOException {
        disk.reopen();
        assertThat(disk.tier().mustWait(BLOB)).isTrue();
        assertThat(find(0, false)).as("its sidecar is not read yet").isEqualTo(BlockTier.LATE);

        await("a copy is opened", () -> {
            try (var copy = disk.tier().open(BLOB)) {
                return copy != null;
            }
        });

        assertThat(disk.tier().mustWait(BLOB)).isFalse();
        assertThat(disk.tier().mustWait(blob("never seen", 1))).isTrue();
    }

    @Test
    void openingAFileWhosePathIsInMemoryWaitsForNothing() throws IOException {
        disk.reads = DeviceReads.SYSTEM;
        disk.reopen();

        assertThat(disk.tier().mustWait(BLOB)).isFalse();
    }

    @Test
    void aFileSystemThatCannotTellWhatIsCachedIsReadAllTheSame() {
        device.cachedAnswer = Errno.EOPNOTSUPP;

        awaitHit(0);
        awaitHit(1);

        assertThat(find(0, false)).isEqualTo(BlockTier.LATE);
    }
}
