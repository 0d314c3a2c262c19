package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/**
 * What is counted of one tier; read by the admin endpoint. Hits, misses, their bytes and durations are counted by whoever
 * asks the tiers in turn, once for each read however often it had to ask; the rest by the tier. Bytes are bytes given to
 * readers.
 */
public final class TierCounters {
    /** Block reads that this tier answered, and those that it was asked in vain. */
    public final LongAdder hits = Counting.adder();

    public final LongAdder misses = Counting.adder();
    public final LongAdder readBytes = Counting.adder();

    /** Of its hits. */
    public final Durations readDurations = new Durations();

    /** Offers taken and offers refused. */
    public final LongAdder fills = Counting.adder();

    public final LongAdder declines = Counting.adder();

    /** Bytes removed, by reason. */
    public final LongAdder evictedForSpaceBytes = Counting.adder();

    public final LongAdder evictedForAgeBytes = Counting.adder();

    /** Blocks whose bytes did not match their checksum: dropped and fetched again. */
    public final LongAdder corruptBlocks = Counting.adder();

    /** Failed calls of the device below the tier. */
    public final LongAdder deviceErrors = Counting.adder();

    /** Finds of a block that the tier holds and did not give in time; their reads count as misses too. */
    public final LongAdder lateReads = Counting.adder();

    /** Times that the kernel was told how a file is read, by the number of the advice. */
    private final LongAdder[] advice = {
        Counting.adder(), Counting.adder(), Counting.adder(), Counting.adder(), Counting.adder()
    };

    /** @param kind POSIX_FADV_NORMAL to POSIX_FADV_DONTNEED */
    public LongAdder advice(int kind) {
        return advice[kind];
    }

    /**
     * One block read that this tier answered.
     *
     * @param began {@link Durations#now} of when it was asked for
     */
    public void hit(int bytes, long began) {
        hits.increment();
        readBytes.add(bytes);
        readDurations.since(began);
    }
}
