package io.blobcache.node.tier;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.PrefetchResult.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Fetches each block once for all who want it.
 *
 * <p>A fetch is in {@link #flights} from the first wish until the tiers have been offered the block. Whoever begins one
 * looks into the tiers once more first: between its miss and its entry here another fetch may have ended, and without
 * that second look the source would be asked twice.
 *
 * <p>A fetch that failed stays for {@code failureHold}: a source that is broken is asked about once a second per block,
 * however many readers try. One that got no buffer is forgotten at once: it has asked nobody.
 */
public final class SingleFlight {
    /** A busy disk is given this long to take a block before the block stays in memory only. */
    private static final Duration FILL_PATIENCE = Duration.ofSeconds(5);

    /** Between two offers to a busy disk: a block of 4 MiB takes some 2 ms to write. */
    private static final Duration FILL_PAUSE = Duration.ofMillis(1);

    /** Remembered failures of blocks that nobody asks for again are swept when there are more entries than this. */
    private static final int MAX_FLIGHTS_BEFORE_SWEEP = 4096;

    /** Below this offset the whole block comes in one request: 256 KiB take less time than a second round trip. */
    private static final int MIN_HEAD_BYTES = 256 << 10;

    /** The kernel reads ahead around what a program asked for, in steps of up to this. */
    private static final int TAIL_ALIGNMENT_BYTES = 128 << 10;

    private final ConcurrentHashMap<BlockKey, BlockFetch> flights = new ConcurrentHashMap<>();

    /** Being fetched without anybody who waits. */
    private final AtomicLong aheadBytes = new AtomicLong();

    private final List<BlockTier> tiers;
    private final BlockBringer bringer;
    private final ReadCounters counters;
    private final Executor fetchers;
    private final Duration bufferPatience;
    private final Duration failureHold;
    private final NanoClock clock;

    /**
     * @param tiers       fastest first; all of them are offered what was fetched
     * @param peers       asked before the source
     * @param refused     blobs that are not fetched
     * @param fetchers    runs a fetch; it may wait for the network
     * @param maxRequests to each source, and to peers, under way at once
     * @param failureHold how long the failure of a block is remembered
     * @param clock       also what readers wait by
     */
    public SingleFlight(
            List<BlockTier> tiers,
            Source source,
            Peers peers,
            RefusedBlobs refused,
            BufferPool pool,
            ReadCounters counters,
            Executor fetchers,
            int maxRequests,
            Duration bufferPatience,
            Duration failureHold,
            NanoClock clock) {
        this.tiers = List.copyOf(tiers);
        this.bringer = new BlockBringer(tiers, source, peers, refused, pool, counters, maxRequests, clock);
        this.counters = counters;
        this.fetchers = fetchers;
        this.bufferPatience = bufferPatience;
        this.failureHold = failureHold;
        this.clock = clock;
    }

    RefusedBlobs refused() {
        return bringer.refused();
    }

    /** Stands for the source of a blob; the same for all that one source has. */
    public Object sourceOf(BlobBlocks blocks) {
        return bringer.sourceOf(blocks);
    }

    /** The fetch of this block that is under way, if there is one. */
    @Nullable
    BlockFetch underWay(BlockKey key) {
        return flights.get(key);
    }

    /**
     * Joins the fetch of a block, or begins it. The caller is a reader of it until it calls {@link BlockFetch#leave}.
     *
     * @param wantedOffset in the block: a fetch that begins now brings these bytes first
     * @param evenIfHeld   by a tier, which was asked and is late
     */
    BlockFetch join(BlobBlocks blocks, int blockIndex, int wantedOffset, boolean evenIfHeld) {
        BlockKey key = blocks.key(blockIndex);
        blocks.miss();
        boolean asksPeers = bringer.asksPeers(blocks, blockIndex);
        boolean whole = asksPeers || wantedOffset < MIN_HEAD_BYTES || blocks.digestOfTheOnlyBlock() != null;
        int tailOffset = whole ? 0 : wantedOffset & -TAIL_ALIGNMENT_BYTES;
        return join(blocks, blockIndex, new BlockFetch(key, tailOffset, asksPeers, clock), evenIfHeld);
    }

    /**
     * The same for a peer, which is not sent on to another one: a fetch that begins now goes to the source.
     *
     * @return {@code null} if the block is being asked of a peer: whoever waits for that may wait for itself
     */
    @Nullable
    BlockFetch joinForPeer(BlobBlocks blocks, int blockIndex) {
        BlockFetch fetch = join(blocks, blockIndex, new BlockFetch(blocks.key(blockIndex), 0, false, clock), false);
        return unlessItAsksPeers(fetch);
    }

    /** The fetch of a block that is under way already, for a peer; as {@link #joinForPeer}. */
    @Nullable
    BlockFetch joinUnderWay(BlockKey key) {
        BlockFetch fetch = flights.computeIfPresent(key, (_, present) -> {
            present.enter();
            return present;
        });
        return fetch == null ? null : unlessItAsksPeers(fetch);
    }

    private static @Nullable BlockFetch unlessItAsksPeers(BlockFetch fetch) {
        if (!fetch.asksPeers()) {
            return fetch;
        }
        fetch.leave();
        return null;
    }

    private BlockFetch join(BlobBlocks blocks, int blockIndex, BlockFetch mine, boolean evenIfHeld) {
        BlockFetch fetch = flights.compute(mine.key(), (_, present) -> {
            BlockFetch joined = present == null || expired(present) ? mine : present;
            if (present != null && joined == mine) {
                mine.follows(present);
            }
            joined.enter();
            return joined;
        });
        if (fetch == mine) {
            start(mine, () -> fetch(blocks, blockIndex, mine, bufferPatience, evenIfHeld, tiers));
        } else {
            counters.coalesced.increment();
        }
        return fetch;
    }

    private void start(BlockFetch fetch, Runnable work) {
        try {
            fetchers.execute(work);
        } catch (RuntimeException | Error e) {
            fail(fetch, new BlobException.Unavailable("no thread for the fetch of block %s".formatted(fetch.key()), e));
            fetch.leave();
            throw e;
        }
    }

    /**
     * Fetches a block that nobody waits for yet, on this thread; not if a tier has it, somebody fetches it, no buffer is
     * to spare, or it would push out what a reader will want soon.
     */
    public PrefetchResult prefetch(BlobBlocks blocks, int blockIndex) {
        BlockKey key = blocks.key(blockIndex);
        if (bringer.held(blocks, blockIndex)) {
            return PrefetchResult.of(Outcome.HELD);
        }
        long ahead = aheadBytes.addAndGet(key.lengthBytes());
        try {
            List<BlockTier> roomy =
                    tiers.stream().filter(tier -> tier.hasRoomAhead(ahead)).toList();
            if (!roomy.contains(tiers.getFirst())) {
                return PrefetchResult.of(Outcome.NO_MEMORY);
            }
            BlockFetch fetch = new BlockFetch(key, 0, bringer.asksPeers(blocks, blockIndex), clock);
            return fetchAhead(blocks, blockIndex, fetch, roomy);
        } finally {
            aheadBytes.addAndGet(-key.lengthBytes());
        }
    }

    private PrefetchResult fetchAhead(BlobBlocks blocks, int blockIndex, BlockFetch mine, List<BlockTier> filled) {
        if (flights.putIfAbsent(mine.key(), mine) != null) {
            return PrefetchResult.of(Outcome.HELD);
        }
        int bytes = fetch(blocks, blockIndex, mine, Duration.ZERO, false, filled);
        if (bytes > 0) {
            return new PrefetchResult(Outcome.FETCHED, bytes, mine.tookNanos());
        }
        if (mine.failure() != null) {
            return PrefetchResult.of(Outcome.FAILED);
        }
        return PrefetchResult.of(bringer.held(blocks, blockIndex) ? Outcome.HELD : Outcome.NO_MEMORY);
    }

    /**
     * Fetches a block that nobody waits for into one tier alone, on this thread. Whoever reads it meanwhile is served by
     * this fetch.
     *
     * @return false if a tier has it, somebody else fetches it, or no buffer is to spare
     * @throws BlobException why it cannot be had, also if that was found out by another one a moment ago
     */
    boolean fetchInto(BlockTier tier, BlobBlocks blocks, int blockIndex) throws BlobException {
        BlockKey key = blocks.key(blockIndex);
        BlockFetch mine = new BlockFetch(key, 0, bringer.asksPeers(blocks, blockIndex), clock);
        BlockFetch fetch = flights.compute(key, (_, present) -> present == null || expired(present) ? mine : present);
        if (fetch == mine && fetch(blocks, blockIndex, mine, Duration.ZERO, false, List.of(tier)) > 0) {
            return true;
        }
        BlobException failure = fetch.failure();
        if (failure != null) {
            throw failure;
        }
        return false;
    }

    /** Whether a read of this block would find it in a tier or on its way. May wait for a disk. */
    public boolean holds(BlobBlocks blocks, int blockIndex) {
        BlockKey key = blocks.key(blockIndex);
        return flights.containsKey(key) || bringer.held(blocks, blockIndex);
    }

    /** As {@link #holds}, without waiting. */
    public boolean holdsNow(BlobBlocks blocks, int blockIndex) {
        BlockKey key = blocks.key(blockIndex);
        if (flights.containsKey(key)) {
            return true;
        }
        for (BlockTier tier : tiers) {
            if (tier.holdsNow(blocks.blob(), key)) {
                return true;
            }
        }
        return false;
    }

    /** Fetches that are under way or whose failure is remembered. */
    public int size() {
        return flights.size();
    }

    private int fetch(
            BlobBlocks blocks,
            int blockIndex,
            BlockFetch fetch,
            Duration patience,
            boolean evenIfHeld,
            List<BlockTier> filled) {
        try {
            BlockLease block = bringer.bring(blocks, blockIndex, fetch, patience, evenIfHeld);
            if (block == null) {
                return end(fetch, 0);
            }
            for (BlockTier tier : filled) {
                offer(tier, blocks.blob(), fetch.key(), block);
            }
            return end(fetch, fetch.key().lengthBytes());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(fetch, new BlobException.Interrupted("the fetch of block %s was cancelled".formatted(fetch.key())));
        } catch (BlobException e) {
            fail(fetch, e);
        } catch (RuntimeException | Error e) {
            fail(fetch, new BlobException.Unavailable("the fetch of block %s failed".formatted(fetch.key()), e));
            throw e;
        }
        return 0;
    }

    /** Waits a little for a tier that is busy; readers are served from the fetch meanwhile. */
    void offer(BlockTier tier, Blob blob, BlockKey key, BlockLease block) {
        long deadline = clock.getAsLong() + FILL_PATIENCE.toNanos();
        while (tier.offer(blob, key, block) == Offer.BUSY
                && clock.getAsLong() - deadline < 0
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(FILL_PAUSE.toNanos());
        }
    }

    private int end(BlockFetch fetch, int fetchedBytes) {
        flights.remove(fetch.key(), fetch);
        fetch.end();
        return fetchedBytes;
    }

    /** Waiters get the reason. Remembered only if asking again at once would hurt a source that is in trouble. */
    private void fail(BlockFetch fetch, BlobException reason) {
        counters.failedFetches.increment();
        fetch.fail(reason, clock.getAsLong());
        boolean inTrouble = switch (reason) {
            case BlobException.Unavailable _, BlobException.TimedOut _, BlobException.Corrupt _ -> true;
            case BlobException.NotFound _,
                    BlobException.Denied _,
                    BlobException.Changed _,
                    BlobException.NoBuffer _,
                    BlobException.Interrupted _ -> false;
        };
        if (!inTrouble) {
            flights.remove(fetch.key(), fetch);
        } else if (flights.size() > MAX_FLIGHTS_BEFORE_SWEEP) {
            flights.values().removeIf(this::expired);
        }
    }

    private boolean expired(BlockFetch fetch) {
        return fetch.failure() != null && clock.getAsLong() - fetch.endedNanos() >= failureHold.toNanos();
    }
}
