package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What one tier counts; read by the admin endpoint, added to by the tier. Bytes are bytes given to readers. */
public final class TierCounters {
    /** Finds answered with bytes. */
    public final LongAdder hits = new LongAdder();

    public final LongAdder misses = new LongAdder();
    public final LongAdder readBytes = new LongAdder();

    /** Offers taken and offers refused. */
    public final LongAdder fills = new LongAdder();

    public final LongAdder declines = new LongAdder();

    /** Bytes removed, by reason. */
    public final LongAdder evictedForSpaceBytes = new LongAdder();

    public final LongAdder evictedForAgeBytes = new LongAdder();

    /** Blocks whose bytes did not match their checksum: dropped and fetched again. */
    public final LongAdder corruptBlocks = new LongAdder();

    /** Failed calls of the device below the tier. */
    public final LongAdder deviceErrors = new LongAdder();

    /** Finds of a block that the tier holds and did not give in time; they count as misses too. */
    public final LongAdder lateReads = new LongAdder();

    /** Times that the kernel was told how a file is read, by the number of the advice. */
    private final LongAdder[] advice = {
        new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder(), new LongAdder()
    };

    /** @param kind POSIX_FADV_NORMAL to POSIX_FADV_DONTNEED */
    public LongAdder advice(int kind) {
        return advice[kind];
    }
}
