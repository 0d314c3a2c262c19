package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.await;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriteQueueTest {
    private static final Blob BLOB = blob("model", 30L * BLOCK_BYTES);
    private static final int TAKEN = WriteQueue.MAX_QUEUED + 1;

    @TempDir
    Path directory;

    private final CountDownLatch slow = new CountDownLatch(1);
    private DiskFixture disk;

    @BeforeEach
    void openWithADiskThatHangs() throws IOException {
        disk = new DiskFixture(directory.resolve("state"));
        disk.writers = task -> Executors.defaultThreadFactory().newThread(() -> {
            try {
                slow.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            task.run();
        });
        disk.open();
    }

    @AfterEach
    void close() {
        slow.countDown();
        disk.close();
    }

    @Test
    void offersBeyondTheQueueAreDeclinedAndTheirBuffersAreNotKept() {
        for (int block = 0; block < TAKEN; block++) {
            assertThat(disk.offer(BLOB, block)).as("block %d", block).isTrue();
        }

        assertThat(disk.offer(BLOB, TAKEN)).isFalse();
        assertThat(disk.offer(BLOB, TAKEN)).isFalse();

        assertThat(disk.pool.openLeases()).isEqualTo(TAKEN);
        assertThat(disk.counters.fills.sum()).isEqualTo(TAKEN);
        assertThat(disk.tier().statistics().usedBytes()).isEqualTo((long) TAKEN * BLOCK_BYTES);
    }

    @Test
    void aHangingWriterHoldsUpNoReader() {
        disk.offer(BLOB, 0);

        assertThat(disk.read(BLOB, 0)).isNull();
        assertThat(disk.read(BLOB, 1)).isNull();
        assertThat(disk.tier().open(BLOB)).isNull();
    }

    @Test
    void behindAWriteThatHangsNothingKeepsABuffer() {
        await("offers are declined", () -> {
            for (int block = 0; block < TAKEN; block++) {
                disk.offer(BLOB, block);
            }
            return disk.counters.declines.sum() > 0 && disk.pool.openLeases() == 1;
        });

        assertThat(disk.tier().statistics().state()).isEqualTo("unstable");
        assertThat(disk.tier().statistics().usedBytes()).as("reserved").isEqualTo(BLOCK_BYTES);

        slow.countDown();
        disk.awaitIdle();
        assertThat(disk.pool.openLeases()).isZero();
        assertThat(disk.hitsOf(BLOB)).isEqualTo(1);
    }

    /** The first hang takes the tier out of use: the queue of the other writer is given up all the same. */
    @Test
    void behindASecondWriteThatHangsNothingKeepsABufferEither() {
        Blob other = blob("model", 30L * BLOCK_BYTES);
        for (int i = 0; writerOf(other) == writerOf(BLOB); i++) {
            other = blob("other " + i, 30L * BLOCK_BYTES);
        }
        for (int block = 0; block < TAKEN; block++) {
            disk.offer(BLOB, block);
            disk.offer(other, block);
        }
        assertThat(disk.pool.openLeases()).isEqualTo(2 * TAKEN);

        await("one buffer a writer is left", () -> {
            disk.offer(BLOB, 0);
            return disk.pool.openLeases() == 2;
        });
    }

    private int writerOf(Blob blob) {
        return Math.floorMod(blob.id().hashCode(), disk.config.writers());
    }

    @Test
    void whatIsQueuedIsWrittenBeforeItCloses() throws IOException {
        for (int block = 0; block < TAKEN; block++) {
            disk.offer(BLOB, block);
        }
        slow.countDown();

        disk.reopen();

        assertThat(disk.hitsOf(BLOB)).isEqualTo(TAKEN);
    }
}
