package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.SingleFlight;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What became of blocks that were fetched ahead: used if a reader came while a tier had the block, wasted if it left
 * the tiers before. What is neither yet is remembered here, up to a limit. Thread-safe; a read allocates nothing.
 */
final class Unread {
    /** 16 GiB of blocks of 4 MiB, far more than all windows; who has not come by then did not need it ahead. */
    private static final int MAX_REMEMBERED = 4096;

    /** Two would do to see each block again and again; each costs a look into the tiers. */
    private static final int LOOKS = 8;

    private final SingleFlight flights;
    private final ReadCounters counters;
    private final ConcurrentHashMap<BlockKey, Ahead> waiting = new ConcurrentHashMap<>();

    /** The same, oldest first; settled ones leave it when their turn comes. */
    private final ConcurrentLinkedQueue<Ahead> order = new ConcurrentLinkedQueue<>();

    private final AtomicInteger ordered = new AtomicInteger();

    Unread(SingleFlight flights, ReadCounters counters) {
        this.flights = flights;
        this.counters = counters;
    }

    /** Fetches a block ahead, on this thread. */
    void fetch(BlobBlocks blocks, int blockIndex) {
        BlockKey key = blocks.key(blockIndex);
        Ahead mine = new Ahead(blocks, blockIndex);
        Ahead before = waiting.putIfAbsent(key, mine);
        int bytes = 0;
        try {
            bytes = flights.prefetch(blocks, blockIndex);
        } finally {
            if (bytes == 0) {
                waiting.remove(key, mine);
            }
        }
        if (bytes == 0) {
            return;
        }
        counters.prefetchedBytes.add(bytes);
        lookForWasted();
        if (before != null) {
            before.wasted(); // It had left the tiers, else there would have been nothing to fetch.
            waiting.put(key, mine);
        }
        order.add(mine);
        ordered.incrementAndGet();
        mine.arrived();
    }

    /** A reader wants this block now. */
    void read(BlobBlocks blocks, int blockIndex) {
        @Nullable Ahead ahead = waiting.get(blocks.key(blockIndex));
        if (ahead != null) {
            ahead.read();
        }
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Fetching ahead is what pushes blocks out: so each fetch looks after some of those before it. */
    private void lookForWasted() {
        int looks = Math.min(LOOKS, ordered.get());
        for (int i = 0; i < looks || ordered.get() > MAX_REMEMBERED; i++) {
            Ahead oldest = order.poll();
            if (oldest == null) {
                return;
            }
            if (ordered.get() > MAX_REMEMBERED || !flights.holds(oldest.blocks, oldest.blockIndex)) {
                oldest.wasted();
            }
            if (oldest.settled()) {
                ordered.decrementAndGet();
            } else {
                order.add(oldest);
            }
        }
    }

    /** One block that was fetched ahead. */
    private final class Ahead {
        private final BlobBlocks blocks;
        private final int blockIndex;

        @GuardedBy("this")
        private boolean arrived;

        @GuardedBy("this")
        private boolean wanted;

        @GuardedBy("this")
        private boolean settled;

        Ahead(BlobBlocks blocks, int blockIndex) {
            this.blocks = blocks;
            this.blockIndex = blockIndex;
        }

        void read() {
            boolean held = flights.holds(blocks, blockIndex);
            synchronized (this) {
                wanted = true;
                if (arrived) {
                    settle(held);
                }
            }
        }

        /** Who wanted it while it was on its way has read out of the fetch. */
        synchronized void arrived() {
            arrived = true;
            if (wanted) {
                settle(true);
            }
        }

        synchronized void wasted() {
            settle(false);
        }

        synchronized boolean settled() {
            return settled;
        }

        @GuardedBy("this")
        private void settle(boolean used) {
            if (settled) {
                return;
            }
            settled = true;
            BlockKey key = blocks.key(blockIndex);
            (used ? counters.prefetchUsedBytes : counters.prefetchWastedBytes).add(key.lengthBytes());
            waiting.remove(key, this);
        }
    }
}
