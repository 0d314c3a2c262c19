package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of the blocks that peers ask for. */
public final class LendingCounters {
    /** Requests, by answer. */
    public final LongAdder lent = Counting.adder();

    public final LongAdder busy = Counting.adder();
    public final LongAdder notHeld = Counting.adder();
    public final LongAdder failed = Counting.adder();

    public final LongAdder lentBytes = Counting.adder();
}
