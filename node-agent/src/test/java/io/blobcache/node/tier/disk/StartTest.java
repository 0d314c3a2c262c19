package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.disk.SidecarFormat.Entry;
import io.blobcache.node.tier.disk.StateDirectoryException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartTest {
    /** Five blocks each; 20000 of them are the 100,000 blocks of the promise. */
    private static final int BLOBS = Integer.getInteger("blobcache.test.blobs", 1_000);

    private static final Blob BLOB = blob("model", 3L * BLOCK_BYTES + 1234);

    @TempDir
    Path directory;

    @Test
    void itAnswersBeforeItHasLookedAtWhatIsOnDisk() throws IOException {
        CountDownLatch released = new CountDownLatch(1);
        try (DiskFixture disk = new DiskFixture(directory.resolve("state"))) {
            disk.open().fill(BLOB);
            disk.tier().close();
            for (int i = 0; i < BLOBS; i++) {
                leave(disk, blob("left " + i, 4L * BLOCK_BYTES + 1));
            }
            disk.holdBackground(released);

            disk.open();

            assertThat(disk.hitsOf(BLOB)).isEqualTo(4);
            assertThat(disk.tier().statistics().counted()).isFalse();
            assertThat(disk.holds(blob("left 7", 4L * BLOCK_BYTES + 1), 3)).isTrue();

            released.countDown();
            disk.awaitWalk();
            assertThat(disk.tier().statistics().blobs()).isEqualTo(BLOBS + 1);
            assertThat(disk.tier().statistics().blocks()).isEqualTo(5L * BLOBS + 4);
        } finally {
            released.countDown();
        }
    }

    @Test
    void whatIsFilledAndEvictedBeforeTheWalkIsCountedOnce() throws IOException {
        CountDownLatch released = new CountDownLatch(1);
        Blob evicted = blob("evicted", 2L * BLOCK_BYTES);
        Blob late = blob("late", 2L * BLOCK_BYTES);
        try (DiskFixture disk = new DiskFixture(directory.resolve("state"))) {
            disk.open();
            disk.offer(BLOB, 0);
            disk.fill(evicted);
            disk.tier().close();
            disk.holdBackground(released);
            disk.open();

            disk.fill(BLOB).fill(late);
            Files.delete(disk.data(evicted));
            assertThat(disk.hits(evicted, 1)).isFalse();
            released.countDown();
            disk.awaitWalk();

            assertThat(disk.tier().statistics().usedBytes())
                    .isEqualTo(Blocks.allocatedBytesUnder(disk.state.resolve("blobs")));
            assertThat(disk.tier().statistics().blocks()).isEqualTo(6);
            assertThat(disk.tier().statistics().blobs()).isEqualTo(2);
        } finally {
            released.countDown();
        }
    }

    @Test
    void beforeEverythingIsCountedTheQuotaHoldsAllTheSame() throws IOException {
        CountDownLatch released = new CountDownLatch(1);
        try (DiskFixture disk = new DiskFixture(directory.resolve("state"))) {
            disk.open().fill(blob("left", 62L * BLOCK_BYTES));
            disk.tier().close();
            disk.config = DiskFixture.config(64L * BLOCK_BYTES, disk.config.integrity());
            disk.device = DiskFixture.space(1000L * BLOCK_BYTES, 938L * BLOCK_BYTES);
            disk.holdBackground(released);
            disk.open();

            Blob late = blob("late", 4L * BLOCK_BYTES);
            for (int block = 0; block < 4; block++) {
                disk.offer(late, block);
                disk.awaitIdle();
            }

            assertThat(Blocks.allocatedBytesUnder(disk.state.resolve("blobs"))).isLessThanOrEqualTo(64L * BLOCK_BYTES);
        } finally {
            released.countDown();
        }
    }

    @Test
    void aStateDirectoryThatCannotBeMadeIsNamedInOneLine() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "in the way");
        try (DiskFixture disk = new DiskFixture(file.resolve("state"))) {
            assertThatThrownBy(disk::open)
                    .isInstanceOfSatisfying(
                            StateDirectoryException.class,
                            e -> assertThat(e.reason()).isEqualTo(Reason.NOT_WRITABLE))
                    .hasMessageContaining(file.resolve("state").toString())
                    .hasMessageNotContaining("\n");
        }
    }

    /** What a former process left of a blob: every block present by its sidecar, the data a hole. */
    private static void leave(DiskFixture disk, Blob blob) throws IOException {
        Path data = disk.data(blob);
        Files.createDirectories(data.getParent());
        try (FileChannel channel = FileChannel.open(data, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            channel.write(java.nio.ByteBuffer.allocate(1), blob.lengthBytes() - 1);
        }
        long inode = (long) Files.getAttribute(data, "unix:ino", LinkOption.NOFOLLOW_LINKS);
        SidecarHeader header = new SidecarHeader(blob.id(), blob.lengthBytes(), BLOCK_BYTES, inode);
        assertThat(SidecarFile.create(disk.sidecar(blob).toString(), header)).isZero();
        for (int block = 0; block < header.blocks(); block++) {
            assertThat(SidecarFile.writeEntry(disk.sidecar(blob).toString(), header, block, new Entry(1, 2, null)))
                    .isZero();
        }
    }
}
