package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted where a buffer is not there at once, because the pool is at its budget. */
public final class PoolCounters {
    /** Waits that ended with a buffer, and those that ended without because they took too long. */
    public final LongAdder served = Counting.adder();

    public final LongAdder timedOut = Counting.adder();

    /** Wishes that do not wait, those of prefetch, and got none. */
    public final LongAdder skipped = Counting.adder();

    /** Of all waits together. */
    public final LongAdder waitNanos = Counting.adder();
}
