package io.blobcache.node.prefetch;

import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.PrefetchResult;
import io.blobcache.node.tier.PrefetchResult.Outcome;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.Wanted;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What became of blocks that were fetched ahead: used if a reader came while a tier had the block, wasted if it left
 * the tiers before. What is neither yet is remembered here, up to a limit; and as long as its reader goes on to it, no
 * other fetch ahead may push it out of memory. Thread-safe; a read allocates nothing.
 */
public final class Unread implements Wanted {
    /** 16 GiB of blocks of 4 MiB, far more than all windows; who has not come by then did not need it ahead. */
    private static final int MAX_REMEMBERED = 4096;

    /** Two would do to see each block again and again; each costs a look into the tiers. */
    private static final int LOOKS = 8;

    private final ReadCounters counters;
    private final ConcurrentHashMap<BlockKey, Ahead> waiting = new ConcurrentHashMap<>();

    /** The same, oldest first; settled ones leave it when their turn comes. */
    private final ConcurrentLinkedQueue<Ahead> order = new ConcurrentLinkedQueue<>();

    private final AtomicInteger ordered = new AtomicInteger();

    public Unread(ReadCounters counters) {
        this.counters = counters;
    }

    @Override
    public boolean soon(BlockKey key) {
        Ahead ahead = waiting.get(key);
        return ahead != null && ahead.soon();
    }

    /** Fetches a block ahead, on this thread. */
    PrefetchResult fetch(Ahead mine, SingleFlight flights) {
        BlockKey key = mine.key();
        Ahead before = waiting.putIfAbsent(key, mine);
        PrefetchResult result = PrefetchResult.NOTHING;
        try {
            result = flights.prefetch(mine.blocks(), mine.blockIndex());
        } finally {
            if (result.outcome() != Outcome.FETCHED) {
                waiting.remove(key, mine);
            }
        }
        if (result.outcome() == Outcome.FETCHED) {
            counters.prefetchedBytes.add(result.bytes());
            lookForWasted(flights);
            if (before != null) {
                close(before, before.lost()); // It had left the tiers, else there would have been nothing to fetch.
                waiting.put(key, mine);
            }
            counters.prefetchUnreadBytes.add(result.bytes());
            order.add(mine);
            ordered.incrementAndGet();
            close(mine, mine.arrived());
        }
        return result;
    }

    /** A reader wants this block now. Waits for nothing. */
    void read(BlobBlocks blocks, int blockIndex, SingleFlight flights) {
        Ahead ahead = waiting.get(blocks.key(blockIndex));
        if (ahead != null) {
            close(ahead, ahead.read(flights.holdsNow(blocks, blockIndex)));
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Fetching ahead is what pushes blocks out: so each fetch looks after some of those before it. */
    private void lookForWasted(SingleFlight flights) {
        int looks = Math.min(LOOKS, ordered.get());
        for (int i = 0; i < looks || ordered.get() > MAX_REMEMBERED; i++) {
            Ahead oldest = order.poll();
            if (oldest == null) {
                return;
            }
            if (ordered.get() > MAX_REMEMBERED || !flights.holds(oldest.blocks(), oldest.blockIndex())) {
                close(oldest, oldest.lost());
            }
            if (oldest.settled()) {
                ordered.decrementAndGet();
            } else {
                order.add(oldest);
            }
        }
    }

    private void close(Ahead ahead, Ahead.Fate fate) {
        if (fate == Ahead.Fate.PENDING) {
            return;
        }
        waiting.remove(ahead.key(), ahead);
        int bytes = ahead.key().lengthBytes();
        counters.prefetchUnreadBytes.add(-bytes);
        if (fate == Ahead.Fate.USED) {
            counters.prefetchUsedBytes.add(bytes);
            ahead.owner().used(ahead);
        } else {
            counters.prefetchWastedBytes.add(bytes);
            ahead.owner().wasted(ahead);
        }
    }
}
