package io.blobcache.node.tier.memory;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Offer;
import io.blobcache.node.tier.Wanted;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Blocks in pooled memory, the least recently used one evicted first.
 *
 * <p>Recency and not Caffeine's frequency: 256 MiB hold 64 blocks of 4 MiB, and what has just arrived must stay until
 * its reader has passed over it, while W-TinyLFU lets a newcomer into a full cache only if it was asked for more often
 * than what it would replace. A scan costs nothing here that the disk tier would not answer from the page cache.
 */
public final class MemoryTier implements BlockTier {
    /** A part of so many is not for what nobody waits for, or readers would push it out again with what they read. */
    private static final int RESERVED = 4;

    private final long capacityBytes;
    private final TierCounters counters;
    private final Wanted wanted;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final LinkedHashMap<BlockKey, BlockLease> blocks = new LinkedHashMap<>(64, 0.75f, true);

    @GuardedBy("lock")
    private long usedBytes;

    /**
     * @param capacityBytes of buffers; 0 keeps nothing
     * @param wanted        what is wanted soon stays as long as there is anything else to evict; and no block that is
     *                      wanted soon itself, which nobody waits for, ever pushes out another one
     */
    public MemoryTier(long capacityBytes, TierCounters counters, Wanted wanted) {
        this.capacityBytes = capacityBytes;
        this.counters = counters;
        this.wanted = wanted;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public TierCounters counters() {
        return counters;
    }

    @Override
    public int find(
            Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset, boolean mayWait) {
        BlockLease block = lend(key);
        if (block == null) {
            return MISS;
        }
        try (block) {
            MemorySegment.copy(block.buffer(), offset, into, intoOffset, length);
        }
        return length;
    }

    @Override
    public boolean holds(Blob blob, BlockKey key) {
        lock.lock();
        try {
            return blocks.containsKey(key);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Offer offer(Blob blob, BlockKey key, BlockLease block) {
        long bytes = block.buffer().byteSize();
        lock.lock();
        try {
            boolean nobodyWaits = wanted.soon(key);
            if (bytes > capacityBytes || blocks.containsKey(key) || (nobodyWaits && !canMakeRoom(bytes))) {
                counters.declines.increment();
                return Offer.DECLINED;
            }
            evictUntilFits(bytes, true);
            evictUntilFits(bytes, false);
            blocks.put(key, block.retain());
            usedBytes += bytes;
        } finally {
            lock.unlock();
        }
        counters.fills.increment();
        return Offer.TAKEN;
    }

    @Override
    public boolean hasRoomAhead(long bytes) {
        if (capacityBytes == 0) {
            return true;
        }
        lock.lock();
        try {
            return canMakeRoom(bytes + capacityBytes / RESERVED);
        } finally {
            lock.unlock();
        }
    }

    public long capacityBytes() {
        return capacityBytes;
    }

    public long usedBytes() {
        lock.lock();
        try {
            return usedBytes;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            blocks.values().forEach(BlockLease::close);
            blocks.clear();
            usedBytes = 0;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable BlockLease lend(BlockKey key) {
        lock.lock();
        try {
            BlockLease block = blocks.get(key);
            return block == null ? null : block.retain();
        } finally {
            lock.unlock();
        }
    }

    /** Without what is wanted soon; looks no further than it has to. */
    @GuardedBy("lock")
    private boolean canMakeRoom(long bytes) {
        long room = capacityBytes - usedBytes;
        Iterator<Map.Entry<BlockKey, BlockLease>> eldest = blocks.entrySet().iterator();
        while (room < bytes && eldest.hasNext()) {
            Map.Entry<BlockKey, BlockLease> next = eldest.next();
            room += wanted.soon(next.getKey()) ? 0 : next.getValue().buffer().byteSize();
        }
        return room >= bytes;
    }

    @GuardedBy("lock")
    private void evictUntilFits(long bytes, boolean sparing) {
        Iterator<Map.Entry<BlockKey, BlockLease>> eldest = blocks.entrySet().iterator();
        while (usedBytes + bytes > capacityBytes && eldest.hasNext()) {
            Map.Entry<BlockKey, BlockLease> next = eldest.next();
            if (sparing && wanted.soon(next.getKey())) {
                continue;
            }
            BlockLease block = next.getValue();
            long freedBytes = block.buffer().byteSize();
            eldest.remove();
            block.close();
            usedBytes -= freedBytes;
            counters.evictedForSpaceBytes.add(freedBytes);
        }
    }
}
