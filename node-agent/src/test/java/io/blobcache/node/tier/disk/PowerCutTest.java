package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.model.Blob;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: after a power cut no wrong byte is served, though files may have their right size and all zeros.
 * Method: an ext4 that writes metadata before data (data=writeback, no delayed allocation) is shut down while blobs are
 * being filled, mounted again, and opened as by the next boot; every hit is compared.
 */
class PowerCutTest {
    private static final int CUTS = Integer.getInteger("blobcache.test.powercuts", 8);
    private static final int BLOBS = 10;

    @TempDir
    Path directory;

    @Test
    void aPowerCutAtAnyMomentLeavesNoWrongByte() throws IOException {
        Random random = new Random(11);
        long corrupt = 0;
        try (LoopDisk loop = new LoopDisk(directory, 128L << 20)) {
            for (int cut = 0; cut < CUTS; cut++) {
                loop.mount("data=writeback,nodelalloc,noauto_da_alloc");
                DiskFixture disk = new DiskFixture(loop.state());
                disk.bootId = "boot " + cut;
                try {
                    disk.open();
                    corrupt += everyHitIsRight(disk);
                    fill(disk, random);
                    loop.cutPower(1 + cut % 2);
                    // Still asked: a file system that answers EIO to everything is no reason to fail or to lie.
                    disk.offer(victim(0), 0);
                    disk.awaitIdle();
                    everyHitIsRight(disk);
                } finally {
                    disk.close();
                }
                loop.unmount();
            }
        }
        assertThat(corrupt).as("a cut that damaged nothing proves nothing").isPositive();
    }

    private static void fill(DiskFixture disk, Random random) {
        for (int i = 0; i < 30; i++) {
            disk.offer(victim(random.nextInt(BLOBS)), random.nextInt(4));
            if (random.nextInt(3) == 0) {
                disk.awaitIdle();
            }
        }
        disk.awaitIdle();
    }

    private static long everyHitIsRight(DiskFixture disk) {
        for (int i = 0; i < BLOBS; i++) {
            disk.hitsOf(victim(i));
        }
        return disk.counters.corruptBlocks.sum();
    }

    private static Blob victim(int number) {
        return blob("victim " + number, 3L * BLOCK_BYTES + 100);
    }
}
