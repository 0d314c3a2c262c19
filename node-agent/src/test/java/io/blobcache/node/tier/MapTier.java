package io.blobcache.node.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A tier in a map that can be told to refuse. */
final class MapTier implements BlockTier {
    final Map<BlockKey, byte[]> blocks = new ConcurrentHashMap<>();
    final AtomicInteger busyAnswers = new AtomicInteger();
    final TierCounters counters = new TierCounters();
    volatile boolean declining;
    volatile boolean roomAhead = true;

    /** Of a block that is here: whether the answer to a reader that may wait, or may not, is late. */
    volatile Predicate<Boolean> late = _ -> false;

    @Override
    public String name() {
        return "map";
    }

    @Override
    public TierCounters counters() {
        return counters;
    }

    @Override
    public int find(
            Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset, boolean mayWait) {
        if (blocks.containsKey(key) && late.test(mayWait)) {
            return LATE;
        }
        return copy(key, offset, length, into, intoOffset);
    }

    private int copy(BlockKey key, int offset, int length, MemorySegment into, long intoOffset) {
        byte[] bytes = blocks.get(key);
        if (bytes == null) {
            return MISS;
        }
        MemorySegment.copy(bytes, offset, into, JAVA_BYTE, intoOffset, length);
        return length;
    }

    @Override
    public boolean holds(Blob blob, BlockKey key) {
        return blocks.containsKey(key);
    }

    @Override
    public boolean hasRoomAhead(long bytes) {
        return roomAhead;
    }

    @Override
    public Offer offer(Blob blob, BlockKey key, BlockLease block) {
        if (busyAnswers.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            return Offer.BUSY;
        }
        if (declining) {
            return Offer.DECLINED;
        }
        blocks.put(key, block.buffer().asSlice(0, key.lengthBytes()).toArray(JAVA_BYTE));
        return Offer.TAKEN;
    }

    @Override
    public void close() {}
}
