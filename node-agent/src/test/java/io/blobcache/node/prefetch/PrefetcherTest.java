package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.memory.MemoryTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What became of blocks that were fetched ahead, for workloads of which it is known. */
class PrefetcherTest {
    private static final int BLOCK = 1 << 20;
    private static final int BLOCKS = 40;
    /** Four windows: with two the least recently used block may be the one that is wanted next. */
    private static final int MEMORY_BLOCKS = 16;

    private static final int WINDOW_BLOCKS = 4;

    private final ReadCounters counters = new ReadCounters();
    private final BufferPool pool = new BufferPool(32 << 20);
    private final MemoryTier memory = new MemoryTier(MEMORY_BLOCKS * BLOCK, new TierCounters());
    private final ScriptedSource source = new ScriptedSource(new byte[BLOCKS * BLOCK]);
    private final SingleFlight flights = new SingleFlight(
            List.of(memory),
            source,
            new RefusedBlobs(counters),
            pool,
            counters,
            Runnable::run,
            8,
            Duration.ofSeconds(20),
            Duration.ofSeconds(4),
            System::nanoTime);
    private final TieredReader reader = new TieredReader(List.of(memory), flights, counters, Duration.ofSeconds(20));
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final Prefetcher prefetcher = new Prefetcher(flights, counters, () -> WINDOW_BLOCKS * (long) BLOCK, worker);
    private final BlobBlocks blocks = blob("one");
    private final ReadWindow window = new ReadWindow();

    @AfterEach
    void everyLeaseIsClosed() {
        prefetcher.close();
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void aReaderInOrderUsesAllThatWasFetchedAhead() throws BlobException {
        for (int block = 0; block < BLOCKS; block++) {
            readInQuarters(window, blocks, block);
            awaitRest();
        }

        assertThat(counters.prefetchedBytes.sum()).as("all but the first block").isEqualTo((BLOCKS - 1L) * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo((BLOCKS - 1L) * BLOCK);
        assertThat(counters.prefetchWastedBytes.sum()).isZero();
        assertThat(source.reads).hasValue(BLOCKS);
    }

    @Test
    void whatNobodyReadsIsWastedOnceItHasLeftTheTiers() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        read(window, blocks, BLOCK, 4096);
        awaitRest();
        // Block 1 was fetched ahead and read; 2 and 3 were fetched ahead and nobody comes.
        assertThat(counters.prefetchedBytes.sum()).isEqualTo(3L * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(BLOCK);
        assertThat(counters.prefetchWastedBytes.sum())
                .as("they may yet be read")
                .isZero();

        BlobBlocks other = blob("other");
        ReadWindow otherWindow = new ReadWindow();
        for (int block = 0; block < 2 * MEMORY_BLOCKS; block++) {
            readInQuarters(otherWindow, other, block);
            awaitRest();
        }

        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        // Read after they had left, as any other block.
        read(new ReadWindow(), blocks, 2L * BLOCK, 4096);
        read(new ReadWindow(), blocks, 3L * BLOCK, 4096);
        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum() + counters.prefetchWastedBytes.sum())
                .isLessThanOrEqualTo(counters.prefetchedBytes.sum());
    }

    @Test
    void aBlockIsUsedOnceHoweverOftenItIsRead() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        for (int i = 0; i < 5; i++) {
            read(new ReadWindow(), blocks, BLOCK + i * 4096L, 4096);
        }

        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(BLOCK);
    }

    @Test
    void aBlockThatIsReadWhileItIsOnItsWayIsUsed() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        source.gated = true;
        read(window, blocks, BLOCK, 4096); // Block 2 and then 3 are on their way now.
        await(() -> source.reads.get() == 3);
        prefetcher.read(window, blocks, 2L * BLOCK, 4096);
        source.gate.release(1_000);
        awaitRest();

        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(2L * BLOCK);
    }

    private void readInQuarters(ReadWindow window, BlobBlocks blob, int block) throws BlobException {
        for (int quarter = 0; quarter < 4; quarter++) {
            read(window, blob, block * (long) BLOCK + quarter * (BLOCK / 4L), BLOCK / 4);
        }
    }

    /** As an open file does it. */
    private void read(ReadWindow window, BlobBlocks blob, long offset, int length) throws BlobException {
        prefetcher.read(window, blob, offset, length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(length);
            assertThat(reader.read(blob, offset, length, into, 0, true)).isEqualTo(length);
        }
    }

    private void awaitRest() {
        try {
            worker.submit(() -> {}).get(20, TimeUnit.SECONDS); // It comes behind all that was asked for.
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static BlobBlocks blob(String path) {
        return new BlobBlocks(
                new Blob(BlobId.ofSource("s", path, "v"), path, "v", (long) BLOCKS * BLOCK), new BlockSize(BLOCK));
    }
}
