package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of warmups, all runs together. */
public final class WarmupCounters {
    /** That were not on this agent before. */
    public final LongAdder fetchedBytes = Counting.adder();

    /** Files whose part of this agent is there; a run that begins anew counts them anew. */
    public final LongAdder doneFiles = Counting.adder();

    /** Files that were given up, and runs of which nothing could be done. */
    public final LongAdder failedFiles = Counting.adder();
}
