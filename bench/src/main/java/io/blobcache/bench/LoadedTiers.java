package io.blobcache.bench;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;

/** The tiers of one node with one blob in them, and a reader over them whose source is never asked. */
record LoadedTiers(
        Arena arena, BufferPool pool, MemoryTier memory, BlobBlocks blocks, TieredReader reader, MemorySegment into)
        implements AutoCloseable {
    private static final BlockSize BLOCK_SIZE = BlockSize.DEFAULT;

    /** Larger than the processor's caches, small enough to load at once. */
    private static final int BLOCKS = 8;

    private static final long BLOB_BYTES = (long) BLOCKS * BLOCK_SIZE.bytes();

    /** Every block, and one that is being copied. */
    private static final long BUDGET_BYTES = 2 * BLOB_BYTES;

    private static final int MAX_READ_BYTES = 1 << 20;

    static LoadedTiers load() throws IOException {
        BufferPool pool = new BufferPool(BUDGET_BYTES);
        MemoryTier memory = new MemoryTier(BLOB_BYTES, new TierCounters());
        Blob blob = new Blob(BlobId.ofSource("bench", "blob", "1"), "blob", "1", BLOB_BYTES);
        BlobBlocks blocks = new BlobBlocks(blob, BLOCK_SIZE);
        for (int index = 0; index < BLOCKS; index++) {
            try (BlockLease lease = acquire(pool)) {
                lease.buffer().fill((byte) index);
                memory.offer(blob, blocks.key(index), lease);
            }
        }
        ReadCounters counters = new ReadCounters();
        SingleFlight flights = new SingleFlight(
                List.of(memory),
                new NoSource(),
                pool,
                counters,
                Runnable::run,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                System::nanoTime);
        TieredReader reader = new TieredReader(List.of(memory), flights, counters, Duration.ofSeconds(1));
        Arena arena = Arena.ofShared();
        return new LoadedTiers(arena, pool, memory, blocks, reader, arena.allocate(MAX_READ_BYTES));
    }

    private static BlockLease acquire(BufferPool pool) throws IOException {
        try {
            BlockLease lease = pool.acquire(BLOCK_SIZE.bytes(), Duration.ZERO);
            if (lease == null) {
                throw new IllegalStateException("the budget is made for this");
            }
            return lease;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void close() {
        memory.close();
        pool.close();
        arena.close();
    }
}
