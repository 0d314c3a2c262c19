package io.blobcache.node.tier;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lends whole blocks to peers. A peer's request is never forwarded to another peer: what no tier here has is fetched from
 * the source, and a fetch that is itself asking a peer is not joined. So two agents that take each other for the owner
 * cannot wait for each other. Thread-safe.
 */
public final class BlockLoans {
    private final List<BlockTier> tiers;
    private final SingleFlight flights;
    private final BufferPool pool;
    private final Duration bufferPatience;

    /** An answer to a peer. */
    public sealed interface Loan {}

    /** @param lease a claim of the caller's own, on a buffer that begins with the block */
    public record Block(BlockLease lease) implements Loan {}

    public enum Refusal implements Loan {
        /** This agent is asking a peer for the same block, or has no memory to spare. */
        BUSY,
        /** Only a held block was wanted. */
        NOT_HELD
    }

    /** Told now and then while a block is on its way. */
    @FunctionalInterface
    public interface Sign {
        /** @throws InterruptedException if nobody waits for the block any more */
        void coming() throws InterruptedException;
    }

    /** @param bufferPatience how long a block on disk waits for memory to be read to */
    public BlockLoans(List<BlockTier> tiers, SingleFlight flights, BufferPool pool, Duration bufferPatience) {
        this.tiers = List.copyOf(tiers);
        this.flights = flights;
        this.pool = pool;
        this.bufferPatience = bufferPatience;
    }

    /**
     * Waits for a disk or the source.
     *
     * @param onlyIfHeld whether the source is left alone; a block that is arriving counts as held
     * @param patience   for a fetch
     * @param every      while a fetch goes on, {@code sign} is told so often
     * @throws BlobException as the source answered
     */
    public Loan borrow(
            BlobBlocks blocks, int blockIndex, boolean onlyIfHeld, Duration patience, Duration every, Sign sign)
            throws BlobException, InterruptedException {
        flights.refused().check(blocks.blob());
        BlockLease held = held(blocks, blockIndex);
        if (held != null) {
            return new Block(held);
        }
        BlockFetch fetch =
                onlyIfHeld ? flights.joinUnderWay(blocks.key(blockIndex)) : flights.joinForPeer(blocks, blockIndex);
        if (fetch == null) {
            return onlyIfHeld ? Refusal.NOT_HELD : Refusal.BUSY;
        }
        try {
            BlockLease arrived = take(fetch, patience, every, sign);
            // It ended without a buffer of its own: a tier had the block by then.
            BlockLease lease = arrived == null ? held(blocks, blockIndex) : arrived;
            return lease == null ? Refusal.BUSY : new Block(lease);
        } finally {
            fetch.leave();
        }
    }

    private static @Nullable BlockLease take(BlockFetch fetch, Duration patience, Duration every, Sign sign)
            throws BlobException, InterruptedException {
        long left = patience.toNanos();
        while (true) {
            try {
                return fetch.take(Math.min(left, every.toNanos()));
            } catch (BlobException.TimedOut e) {
                left -= every.toNanos();
                if (left <= 0 || fetch.failure() != null) {
                    throw e;
                }
                sign.coming();
            }
        }
    }

    private @Nullable BlockLease held(BlobBlocks blocks, int blockIndex) {
        BlockKey key = blocks.key(blockIndex);
        for (BlockTier tier : tiers) {
            BlockLease lease = tier.lend(key);
            if (lease != null) {
                return lease;
            }
        }
        for (BlockTier tier : tiers) {
            if (tier.holds(blocks.blob(), key)) {
                BlockLease copy = copy(tier, blocks, key);
                if (copy != null) {
                    return copy;
                }
            }
        }
        return null;
    }

    private @Nullable BlockLease copy(BlockTier tier, BlobBlocks blocks, BlockKey key) {
        BlockLease buffer = buffer(key.lengthBytes());
        if (buffer == null) {
            return null;
        }
        if (tier.find(blocks.blob(), key, 0, key.lengthBytes(), buffer.buffer(), 0, true) == key.lengthBytes()) {
            return buffer;
        }
        buffer.close();
        return null;
    }

    private @Nullable BlockLease buffer(int lengthBytes) {
        try {
            return pool.acquire(lengthBytes, bufferPatience);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }
}
