package io.blobcache.node.tier;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One level of the cache on this node: memory or disk. Tiers do not know each other; {@link TieredReader} alone decides
 * the order, the fill and the fallback.
 *
 * <p>Blocks are immutable and named by their blob's id, so a tier is never stale: it holds exactly these bytes or it
 * does not. A tier that is broken, full or switched off misses and declines; it never fails a read. Thread-safe.
 */
public interface BlockTier extends AutoCloseable {

    /** Answer of {@link #find} when this tier does not hold the block. */
    int MISS = -1;

    /**
     * Answer of {@link #find} when this tier holds the block but cannot give it in time: at once if the caller may not
     * wait, else within the tier's own limit.
     */
    int LATE = -2;

    /** Label of this tier in metrics and logs; constant, lower case, one word. */
    String name();

    /** What is counted of it. Reads are counted by {@link TieredReader}, which knows how they ended. */
    TierCounters counters();

    /**
     * Copies bytes of a block that this tier holds, verified as the tier's integrity rule says. Never waits
     * for a network.
     *
     * @param key            names the block; the same instance for each read of one blob, so looking it up allocates
     *                       nothing
     * @param offset         in the block; {@code offset + length} is within {@code key.lengthBytes()}
     * @param mayWait        for a local disk, a fraction of a second at most
     * @return {@code length}, {@link #MISS} or {@link #LATE}. A damaged block has been dropped and is a miss. Nothing is
     *         written to {@code into} after the return
     */
    int find(Blob blob, BlockKey key, int offset, int length, MemorySegment into, long intoOffset, boolean mayWait);

    /**
     * Whether {@link #find} would hit, as far as the tier knows without reading the bytes. May wait as long as that one:
     * a disk that does not say in time is taken not to hold it.
     */
    boolean holds(Blob blob, BlockKey key);

    /** As {@link #holds}, without waiting: what only a disk could say is taken not to be held. */
    default boolean holdsNow(Blob blob, BlockKey key) {
        return holds(blob, key);
    }

    /**
     * Whether so many bytes that nobody waits for would push out nothing that a reader will want soon. If not they are
     * not fetched for the first tier, and not offered to the others.
     */
    default boolean hasRoomAhead(long bytes) {
        return true;
    }

    /** A claim of the caller's own on a buffer that begins with the block; {@code null} if the tier has none in memory. */
    default @Nullable BlockLease lend(BlockKey key) {
        return null;
    }

    /**
     * Offers a whole block. Never waits for a disk and never throws.
     *
     * @param block borrowed for the call, holding {@code key.lengthBytes()} verified bytes; retain it to keep it longer
     */
    Offer offer(Blob blob, BlockKey key, BlockLease block);

    @Override
    void close();
}
