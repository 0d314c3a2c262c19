package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of stored content. */
public final class StoreCounters {
    /** Contents, by what became of them. */
    public final LongAdder stored = Counting.adder();

    public final LongAdder storedAgain = Counting.adder();
    public final LongAdder failed = Counting.adder();

    public final LongAdder storedBytes = Counting.adder();

    /** Contents whose bytes were not those of their digest. */
    public final LongAdder damaged = Counting.adder();

    /** Copies at the owner: made, failed, and given up after the last attempt. */
    public final LongAdder replicated = Counting.adder();

    public final LongAdder replicationsFailed = Counting.adder();
    public final LongAdder replicationsGivenUp = Counting.adder();

    /** Requests for content, by answer. */
    public final LongAdder served = Counting.adder();

    public final LongAdder absent = Counting.adder();
    public final LongAdder busy = Counting.adder();
    public final LongAdder servedBytes = Counting.adder();
}
