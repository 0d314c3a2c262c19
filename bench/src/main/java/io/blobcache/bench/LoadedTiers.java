package io.blobcache.bench;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.DiskConfig;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.disk.DiskEnvironment;
import io.blobcache.node.tier.disk.DiskTier;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The tiers of one node with one blob in them, and a reader over them whose source is never asked. */
record LoadedTiers(
        Arena arena,
        BufferPool pool,
        MemoryTier memory,
        DiskEnvironment environment,
        DiskTier disk,
        BlobBlocks blocks,
        TieredReader reader,
        MemorySegment into)
        implements AutoCloseable {
    private static final BlockSize BLOCK_SIZE = BlockSize.DEFAULT;

    /** Larger than the processor's caches, small enough to load at once. */
    private static final int BLOCKS = 8;

    private static final long BLOB_BYTES = (long) BLOCKS * BLOCK_SIZE.bytes();

    /** Every block, and one that is being copied. */
    private static final long BUDGET_BYTES = 2 * BLOB_BYTES;

    private static final int MAX_READ_BYTES = 1 << 20;

    /** The disk tier has reached the disk, in as long as 32 MiB take on a slow one. */
    private static final Duration WRITE_PATIENCE = Duration.ofSeconds(30);

    /** @param state an empty directory, for the disk tier */
    static LoadedTiers load(Path state) throws IOException {
        BufferPool pool = new BufferPool(BUDGET_BYTES);
        MemoryTier memory = new MemoryTier(BLOB_BYTES, new TierCounters(), Wanted.NOTHING);
        DiskEnvironment environment = DiskEnvironment.ofSystem(_ -> {});
        DiskTier disk = DiskTier.open(state, DiskConfig.DEFAULT, BLOCK_SIZE, pool, new TierCounters(), environment);
        Blob blob = new Blob(BlobId.of("bench", "blob", "1"), "blob", "1", BLOB_BYTES);
        BlobBlocks blocks = new BlobBlocks(blob, BLOCK_SIZE);
        List<BlockTier> tiers = List.of(memory, disk);
        for (int index = 0; index < BLOCKS; index++) {
            try (BlockLease lease = acquire(pool)) {
                lease.buffer().fill((byte) index);
                fill(tiers, blob, blocks.key(index), lease);
            }
        }
        Arena arena = Arena.ofShared();
        return new LoadedTiers(
                arena, pool, memory, environment, disk, blocks, reader(tiers, pool), arena.allocate(MAX_READ_BYTES));
    }

    /** As the agent wires it, but for the source. */
    private static TieredReader reader(List<BlockTier> tiers, BufferPool pool) {
        ReadCounters counters = new ReadCounters();
        SingleFlight flights = new SingleFlight(
                tiers,
                new NoSource(),
                Peers.NONE,
                new RefusedBlobs(counters),
                pool,
                counters,
                Runnable::run,
                1,
                Duration.ZERO,
                Duration.ofSeconds(1),
                System::nanoTime);
        return new TieredReader(tiers, flights, counters, Duration.ofSeconds(1));
    }

    private static void fill(List<BlockTier> tiers, Blob blob, BlockKey key, BlockLease block) throws IOException {
        long deadline = System.nanoTime() + WRITE_PATIENCE.toNanos();
        for (BlockTier tier : tiers) {
            while (!tier.holds(blob, key)) {
                // A tier that is busy writing declines; it has the block once it says so.
                tier.offer(blob, key, block);
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
                if (System.nanoTime() > deadline) {
                    throw new IOException("the " + tier.name() + " tier does not take a block");
                }
            }
        }
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
        disk.close();
        environment.close();
        pool.close();
        arena.close();
    }
}
