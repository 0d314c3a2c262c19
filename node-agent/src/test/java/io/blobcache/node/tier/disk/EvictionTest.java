package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.DiskConfig;
import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.LocalCopies.Hold;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvictionTest {
    private static final long QUOTA = 64L * BLOCK_BYTES;

    @TempDir
    Path directory;

    private DiskFixture disk;

    @BeforeEach
    void open() throws IOException {
        disk = new DiskFixture(directory.resolve("state"));
        disk.config = DiskFixture.config(QUOTA, Integrity.BOOT);
        disk.device = DiskFixture.space(1L << 40, 1L << 40);
        disk.open();
    }

    @AfterEach
    void close() {
        disk.close();
    }

    /**
     * Goal: whatever is filled, read, held open, damaged and restarted, what is on disk never exceeds the quota, and
     * what the tier says it uses is what is there.
     * Method: random operations; bytes are compared at every hit, files are measured from outside.
     */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3})
    void usedBytesNeverExceedTheQuota(long seed) throws IOException {
        Random random = new Random(seed);
        for (int step = 0; step < 600; step++) {
            Blob blob = blob("blob " + random.nextInt(30), 1 + random.nextInt(6 * BLOCK_BYTES));
            Blob known = blob("known " + random.nextInt(40), 3L * BLOCK_BYTES + 10);
            switch (random.nextInt(10)) {
                case 0, 1, 2 -> disk.offer(known, random.nextInt(4));
                case 3, 4 -> disk.offer(blob, 0);
                case 5, 6 -> disk.hitsOf(known);
                case 7 -> disk.tick();
                case 8 -> openAndClose(known);
                default -> {
                    if (random.nextInt(20) == 0) {
                        disk.awaitIdle();
                        disk.reopen();
                    }
                }
            }
            assertThat(disk.tier().statistics().usedBytes()).isLessThanOrEqualTo(QUOTA);
            if (step % 10 == 0) {
                assertThat(allocatedBytes()).as("step %d", step).isLessThanOrEqualTo(QUOTA);
            }
        }
        disk.awaitIdle();
        assertThat(allocatedBytes()).isEqualTo(disk.tier().statistics().usedBytes());
        assertThat(disk.counters.evictedForSpaceBytes.sum()).isPositive();
    }

    @Test
    void aBlobThatIsUsedSurvivesAScanOverManyThatAreNot() {
        Blob hot = blob("hot", 4L * BLOCK_BYTES);
        disk.fill(hot);
        for (int opening = 0; opening < 3; opening++) {
            open(hot);
        }

        for (int scanned = 0; scanned < 100; scanned++) {
            Blob once = blob("scanned " + scanned, 2L * BLOCK_BYTES);
            disk.fill(once);
            open(once);
            disk.hitsOf(once);
            disk.tick();
        }

        assertThat(disk.counters.evictedForSpaceBytes.sum()).isGreaterThan(100L * BLOCK_BYTES);
        assertThat(disk.hitsOf(hot)).isEqualTo(4);
    }

    @Test
    void evictionStopsAtTheLowWatermark() {
        for (int i = 0; i < 62; i++) {
            disk.fill(blob("blob " + i, BLOCK_BYTES));
        }
        assertThat(disk.tier().statistics().usedBytes()).isGreaterThan(QUOTA / 100 * 90);

        disk.tick();

        assertThat(disk.tier().statistics().usedBytes())
                .isBetween(QUOTA / 100 * 80 - 2L * BLOCK_BYTES, QUOTA / 100 * 80);
    }

    @Test
    void lowerWatermarksAreKeptFromTheNextTickOn() {
        for (int i = 0; i < 50; i++) {
            disk.fill(blob("blob " + i, 2L * BLOCK_BYTES - 4096));
            disk.tick();
        }
        disk.tier()
                .reconfigure(new DiskConfig(
                        true, QUOTA, 50, 40, 0, Duration.ZERO, Integrity.BOOT, Duration.ZERO, 2, true, 0));

        disk.tick();

        assertThat(disk.tier().statistics().usedBytes()).isLessThanOrEqualTo(QUOTA / 100 * 40);
    }

    @Test
    void anOpenBlobIsEvictedOnlyAfterAllOthers() throws IOException {
        Blob held = blob("held", 4L * BLOCK_BYTES);
        disk.fill(held);
        try (LocalCopy file = Objects.requireNonNull(disk.tier().open(held))) {
            for (int i = 0; i < 57; i++) {
                disk.fill(blob("blob " + i, BLOCK_BYTES));
                open(blob("blob " + i, BLOCK_BYTES));
            }
            disk.tick();
            assertThat(file.fd()).isPositive();
            assertThat(disk.hitsOf(held)).isEqualTo(4);
        }
    }

    @Test
    void aBlobThatIsReadThroughTheTiersIsEvictedAfterWhatNobodyHasOpen() {
        Blob held = blob("held", 4L * BLOCK_BYTES);
        Hold gone = disk.tier().hold(held);
        try (Hold _ = disk.tier().hold(held)) {
            gone.close();
            gone.close();
            disk.fill(held);
            for (int i = 0; i < 57; i++) {
                disk.fill(blob("blob " + i, BLOCK_BYTES));
                open(blob("blob " + i, BLOCK_BYTES));
                open(blob("blob " + i, BLOCK_BYTES));
            }
            disk.tick();
            assertThat(disk.counters.evictedForSpaceBytes.sum()).isPositive();
            assertThat(disk.hitsOf(held)).isEqualTo(4);
        }
        for (int i = 57; i < 70; i++) {
            disk.fill(blob("blob " + i, BLOCK_BYTES));
            open(blob("blob " + i, BLOCK_BYTES));
            disk.tick();
        }
        assertThat(disk.hitsOf(held)).as("closed again, and the coldest").isZero();
    }

    @Test
    void nothingIsFetchedAheadOntoADiskThatWouldEvictOpenBlobsForIt() {
        Blob held = blob("held", 60L * BLOCK_BYTES);
        try (Hold _ = disk.tier().hold(held)) {
            disk.fill(held);
            assertThat(disk.tier().hasRoomAhead(BLOCK_BYTES))
                    .as("what an eviction would cost is not known yet")
                    .isTrue();
            disk.tick();
            assertThat(disk.tier().hasRoomAhead(BLOCK_BYTES)).as("it went").isTrue();

            disk.fill(held);
            assertThat(disk.tier().hasRoomAhead(BLOCK_BYTES)).isFalse();
        }
        disk.tick();
        for (int i = 0; i < 60; i++) {
            disk.fill(blob("closed " + i, BLOCK_BYTES));
        }
        assertThat(disk.tier().hasRoomAhead(BLOCK_BYTES))
                .as("closed blobs can go")
                .isTrue();
    }

    @Test
    void foreignUsageOfTheDeviceShrinksWhatWeMayUse() {
        for (int i = 0; i < 30; i++) {
            disk.fill(blob("blob " + i, BLOCK_BYTES));
        }
        long used = disk.tier().statistics().usedBytes();
        // 10 % of the device is to stay free, and others have taken all but that and 20 blocks of ours.
        long total = 1000L * BLOCK_BYTES;
        disk.close();
        disk = new DiskFixture(disk.state);
        disk.config = new DiskConfig(true, QUOTA, 90, 80, 10, Duration.ZERO, Integrity.BOOT, Duration.ZERO, 2, true, 0);
        disk.device = DiskFixture.space(total, 90L * BLOCK_BYTES);
        reopen();

        disk.tick();

        long limit = used - 10L * BLOCK_BYTES;
        assertThat(disk.tier().statistics().capacityBytes()).isEqualTo(limit);
        assertThat(disk.tier().statistics().usedBytes()).isLessThanOrEqualTo(limit / 100 * 80);
    }

    @Test
    void nothingIsWrittenBelowTheMinimumOfFreeSpace() {
        disk.close();
        disk = new DiskFixture(disk.state);
        disk.config = new DiskConfig(true, 0, 90, 80, 10, Duration.ZERO, Integrity.BOOT, Duration.ZERO, 2, true, 0);
        disk.device = DiskFixture.space(1000L * BLOCK_BYTES, 100L * BLOCK_BYTES);
        reopen();

        assertThat(disk.offer(blob("late", BLOCK_BYTES), 0)).isFalse();
        assertThat(disk.counters.declines.sum()).isEqualTo(1);
    }

    @Test
    void aBlobNotOpenedForItsTimeToLiveIsEvictedEvenAfterARestart() throws IOException {
        disk.config =
                new DiskConfig(true, QUOTA, 90, 80, 0, Duration.ofHours(1), Integrity.BOOT, Duration.ZERO, 2, true, 0);
        disk.nowMillis.set(System.currentTimeMillis());
        disk.reopen();
        Blob idle = blob("idle", BLOCK_BYTES);
        Blob used = blob("used", BLOCK_BYTES);
        disk.fill(idle).fill(used);

        disk.nowMillis.addAndGet(Duration.ofMinutes(40).toMillis());
        open(used);
        disk.reopen();
        disk.nowMillis.addAndGet(Duration.ofMinutes(40).toMillis());
        disk.tier().upkeep().ageTick();

        assertThat(disk.holds(idle, 0)).isFalse();
        assertThat(disk.holds(used, 0)).isTrue();
        assertThat(disk.counters.evictedForAgeBytes.sum()).isEqualTo(BLOCK_BYTES + 4096L);
    }

    private void open(Blob blob) {
        try (LocalCopy file = disk.tier().open(blob)) {
            assertThat(file).isNotNull();
        }
    }

    private void openAndClose(Blob blob) {
        try (LocalCopy file = disk.tier().open(blob)) {
            assertThat(file == null || file.fd() > 0).isTrue();
        }
    }

    private void reopen() {
        try {
            disk.open();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private long allocatedBytes() throws IOException {
        Path blobs = disk.state.resolve("blobs");
        while (true) {
            try {
                return Blocks.allocatedBytesUnder(blobs);
            } catch (NoSuchFileException e) {
                Thread.onSpinWait(); // Unlinked while it was walked: measure again.
            }
        }
    }
}
