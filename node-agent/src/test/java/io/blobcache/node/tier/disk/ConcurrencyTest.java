package io.blobcache.node.tier.disk;

import static io.blobcache.node.tier.disk.DiskFixture.BLOCK;
import static io.blobcache.node.tier.disk.DiskFixture.BLOCK_BYTES;
import static io.blobcache.node.tier.disk.DiskFixture.blob;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.config.DiskConfig.Integrity;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.LocalCopies.LocalCopy;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: readers, writers, eviction, checks and damage at once never give a reader bytes that are not the block's.
 * Method: few blobs and a small quota, so that files are made, unlinked and made again all the time while they are
 * read; each hit is compared. With EVERY_READ the data is damaged as well.
 */
class ConcurrencyTest {
    private static final int STEPS = Integer.getInteger("blobcache.test.steps", 2_000);
    private static final int BLOBS = 8;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Integrity.class)
    void noReaderEverGetsBytesOfAnotherMoment(Integrity integrity) throws Exception {
        try (DiskFixture disk = new DiskFixture(directory.resolve("state"));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            disk.config = DiskFixture.config(64L * BLOCK_BYTES, integrity);
            disk.open();
            List<Future<Long>> hits = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                int seed = reader;
                hits.add(threads.submit(() -> readAndFill(disk, new Random(seed))));
            }
            Future<?> disturbed = threads.submit(() -> disturb(disk, new Random(9), integrity));

            long sum = 0;
            for (Future<Long> one : hits) {
                sum += valueOf(one);
            }
            valueOf(disturbed);
            disk.awaitIdle();
            assertThat(sum).isGreaterThan(STEPS / 10);
            assertThat(disk.tier().statistics().usedBytes())
                    .isEqualTo(Blocks.allocatedBytesUnder(disk.state.resolve("blobs")));
        }
    }

    private static long readAndFill(DiskFixture disk, Random random) {
        long hits = 0;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(BLOCK_BYTES);
            for (int step = 0; step < STEPS; step++) {
                Blob blob = victim(random.nextInt(BLOBS));
                int block = random.nextInt(3);
                BlockKey key = BLOCK.keyOf(blob, block);
                int offset = random.nextInt(key.lengthBytes());
                int length = 1 + random.nextInt(Math.min(20_000, key.lengthBytes() - offset));
                int read = disk.tier().find(blob, key, offset, length, into, 0, true);
                if (read == length) {
                    hits++;
                    MemorySegment expected = MemorySegment.ofArray(DiskFixture.bytesOf(key));
                    if (into.asSlice(0, length).mismatch(expected.asSlice(offset, length)) != -1) {
                        throw new AssertionError("wrong bytes of " + key + " at " + offset);
                    }
                } else {
                    disk.offer(blob, block);
                }
            }
        }
        return hits;
    }

    private static void disturb(DiskFixture disk, Random random, Integrity integrity) {
        for (int step = 0; step < STEPS / 10; step++) {
            disk.tick();
            Blob blob = victim(random.nextInt(BLOBS));
            try (LocalCopy file = disk.tier().open(blob)) {
                if (file == null && random.nextInt(5) == 0) {
                    disk.tier().upkeep().evictAll();
                }
            }
            if (integrity == Integrity.EVERY_READ) {
                damage(disk.data(blob), random);
            }
        }
    }

    private static void damage(Path data, Random random) {
        try (RandomAccessFile file = new RandomAccessFile(data.toFile(), "rw")) {
            if (file.length() > BLOCK_BYTES) {
                file.seek(random.nextInt(BLOCK_BYTES));
                file.write(random.nextInt(256));
            }
        } catch (IOException e) {
            // It is not there at this moment.
        }
    }

    private static <T> T valueOf(Future<T> future) throws Exception {
        try {
            return future.get();
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    private static Blob victim(int number) {
        return blob("victim " + number, 2L * BLOCK_BYTES + 5000);
    }
}
