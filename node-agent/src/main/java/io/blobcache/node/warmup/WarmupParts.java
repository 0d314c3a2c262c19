package io.blobcache.node.warmup;

import io.blobcache.node.metrics.WarmupCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.TierFill;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;

/**
 * What all warmups of an agent work with.
 *
 * @param fill      the disk tier
 * @param roomBytes that it may keep before it evicts; 0 if there is none
 * @param counters  of all of them together
 * @param fetches   a place for each block that may be on its way at once
 */
public record WarmupParts(
        Source source,
        BlockSize blockSize,
        TierFill fill,
        Share share,
        LongSupplier roomBytes,
        NanoClock clock,
        WarmupCounters counters,
        Semaphore fetches) {
    /** Fills a line of 10 Gbit/s with blocks of 4 MiB that take 25 ms, and leaves most requests to readers. */
    private static final int FETCHES = 8;

    public WarmupParts(
            Source source,
            BlockSize blockSize,
            TierFill fill,
            Share share,
            LongSupplier roomBytes,
            NanoClock clock,
            WarmupCounters counters) {
        this(source, blockSize, fill, share, roomBytes, clock, counters, new Semaphore(FETCHES));
    }
}
