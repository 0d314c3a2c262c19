package io.blobcache.node.prefetch;

import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.PrefetchResult;
import io.blobcache.node.tier.PrefetchResult.Outcome;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.Wanted;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/**
 * What became of blocks that were fetched ahead: used if a reader came while a tier had the block, wasted if it left
 * the tiers before or nobody came in time. What is neither yet is remembered here, up to a limit; and as long as its
 * reader goes on to it, no other fetch ahead may push it out of memory. Who comes after a block was given up as wasted
 * reads it as any other. Thread-safe; a read allocates nothing.
 */
public final class Unread implements Wanted {
    /** 16 GiB of blocks of 4 MiB, far more than all windows; who has not come by then did not need it ahead. */
    private static final int MAX_REMEMBERED = 4096;

    /**
     * For a block whose reader jumped, closed the file or left the directory. It may still be read by the next one that
     * opens the file, as the processes of one job do, seconds or minutes apart. Disks keep blocks for days, in which
     * somebody comes for almost anything, but not because it was fetched ahead.
     */
    private static final Duration ABANDONED_PATIENCE = Duration.ofMinutes(10);

    /**
     * For a block whose reader goes on to it as far as we know: nobody says that a program that keeps its file open has
     * stopped. A trainer that takes four minutes for each of 16 files ahead needs 64, and few are slower.
     */
    private static final Duration PATIENCE = Duration.ofHours(1);

    /** Two would do to see each block again and again; each costs a look into the tiers. */
    private static final int LOOKS = 8;

    private final ReadCounters counters;
    private final ConcurrentHashMap<BlockKey, Ahead> waiting = new ConcurrentHashMap<>();

    /** The same, in the order of their turns to be looked at; settled ones leave it when theirs comes. */
    private final ConcurrentLinkedQueue<Fetched> order = new ConcurrentLinkedQueue<>();

    private final AtomicInteger ordered = new AtomicInteger();

    private final LongSupplier nanoTime;

    private record Fetched(Ahead ahead, long atNanos) {}

    public Unread(ReadCounters counters, LongSupplier nanoTime) {
        this.counters = counters;
        this.nanoTime = nanoTime;
    }

    /** Gives up what nobody came for in time: for whoever looks at the counters of an agent that fetches nothing more. */
    public void settle() {
        for (int looks = ordered.get(); looks > 0; looks--) {
            Fetched oldest = order.poll();
            if (oldest == null) {
                return;
            }
            look(oldest, tooLate(oldest));
        }
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
            order.add(new Fetched(mine, nanoTime.getAsLong()));
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
            Fetched oldest = order.poll();
            if (oldest == null) {
                return;
            }
            Ahead ahead = oldest.ahead();
            look(
                    oldest,
                    ordered.get() > MAX_REMEMBERED
                            || tooLate(oldest)
                            || !flights.holds(ahead.blocks(), ahead.blockIndex()));
        }
    }

    private boolean tooLate(Fetched fetched) {
        Duration patience = fetched.ahead().soon() ? PATIENCE : ABANDONED_PATIENCE;
        return nanoTime.getAsLong() - fetched.atNanos() >= patience.toNanos();
    }

    /** The turn of one that was taken out of the order. */
    private void look(Fetched fetched, boolean wasted) {
        Ahead ahead = fetched.ahead();
        if (wasted) {
            close(ahead, ahead.lost());
        }
        if (ahead.settled()) {
            ordered.decrementAndGet();
        } else {
            order.add(fetched);
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
