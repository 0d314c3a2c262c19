package io.blobcache.node.tier;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Brings blocks into the slowest tier alone, before somebody reads them: what readers have in faster ones stays there, and
 * so do the buffers that are kept for them. Thread-safe.
 */
public final class TierFill {
    private final List<BlockTier> faster;
    private final BlockTier tier;
    private final SingleFlight flights;

    /** What came of one block. */
    public enum Outcome {
        /** It was there. */
        HELD,
        /** A faster tier had it. */
        COPIED,
        FETCHED,
        /** Somebody else fetches it, or no buffer is to spare: worth another try in a moment. */
        NOT_NOW
    }

    /** @param tiers fastest first, at least one */
    public TierFill(List<BlockTier> tiers, SingleFlight flights) {
        this.faster = List.copyOf(tiers.subList(0, tiers.size() - 1));
        this.tier = tiers.getLast();
        this.flights = flights;
    }

    /** Whether the block is there. May wait for a disk. */
    public boolean holds(BlobBlocks blocks, int blockIndex) {
        return tier.holds(blocks.blob(), blocks.key(blockIndex));
    }

    /**
     * Waits for the source or a peer, on this thread. The tier may write later what it took, or decline it: {@link #holds}
     * says what became of it.
     */
    public Outcome fill(BlobBlocks blocks, int blockIndex) throws BlobException {
        if (holds(blocks, blockIndex)) {
            return Outcome.HELD;
        }
        BlockKey key = blocks.key(blockIndex);
        BlockLease lent = lent(key);
        if (lent == null) {
            return flights.fetchInto(tier, blocks, blockIndex) ? Outcome.FETCHED : Outcome.NOT_NOW;
        }
        try (lent) {
            flights.offer(tier, blocks.blob(), key, lent);
            return Outcome.COPIED;
        }
    }

    private @Nullable BlockLease lent(BlockKey key) {
        for (BlockTier other : faster) {
            BlockLease lease = other.lend(key);
            if (lease != null) {
                return lease;
            }
        }
        return null;
    }
}
