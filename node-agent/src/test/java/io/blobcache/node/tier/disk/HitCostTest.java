package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HitCostTest {
    private static final int HITS = 20_000;
    private static final int ALLOWED_BYTES = 1000;

    /** Until the last of the compilers has come by, which on a busy machine takes its time, a hit makes garbage. */
    private static final int MAX_ROUNDS = 200;

    private static final Blob BLOB = blob("model", 3L * BLOCK_BYTES);

    @TempDir
    Path directory;

    @Test
    void aHitAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (DiskFixture disk = new DiskFixture(directory.resolve("state"));
                Arena arena = Arena.ofConfined()) {
            disk.open().fill(BLOB);
            disk.hits(BLOB, 1); // Opens the file.
            MemorySegment into = arena.allocate(4096);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < MAX_ROUNDS && least >= ALLOWED_BYTES; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                hit(disk.tier(), into);
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }

            // The first rounds are interpreted. The bean itself answers in a few bytes of its own.
            assertThat(least).isLessThan(ALLOWED_BYTES);
        }
    }

    private static void hit(DiskTier tier, MemorySegment into) {
        BlockKey key = BLOCK.keyOf(BLOB, 1);
        for (int i = 0; i < HITS; i++) {
            if (tier.find(BLOB, key, (i & 127) << 12, 4096, into, 0, false) != 4096) {
                throw new AssertionError("a miss");
            }
        }
    }
}
