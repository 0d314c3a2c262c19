package io.blobcache.node.warmup;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Offer;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A tier that remembers which blocks it took, and may take none. */
final class KeptTier implements BlockTier {
    final Set<BlockKey> kept = ConcurrentHashMap.newKeySet();
    volatile boolean declining;

    private final TierCounters counters = new TierCounters();

    @Override
    public String name() {
        return "kept";
    }

    @Override
    public TierCounters counters() {
        return counters;
    }

    @Override
    public int find(
            Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset, boolean mayWait) {
        throw new AssertionError("nobody reads");
    }

    @Override
    public boolean holds(Blob blob, BlockKey key) {
        return kept.contains(key);
    }

    @Override
    public Offer offer(Blob blob, BlockKey key, BlockLease block) {
        if (declining) {
            return Offer.DECLINED;
        }
        kept.add(key);
        return Offer.TAKEN;
    }

    @Override
    public void close() {}
}
