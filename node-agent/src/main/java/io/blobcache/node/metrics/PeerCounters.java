package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** What is counted of the requests to peers. */
public final class PeerCounters {
    /** Requests, by answer. */
    public final LongAdder here = Counting.adder();

    public final LongAdder busy = Counting.adder();
    public final LongAdder notHeld = Counting.adder();
    public final LongAdder failed = Counting.adder();
    public final LongAdder lied = Counting.adder();

    public final LongAdder receivedBytes = Counting.adder();

    /** Of those that brought a block. */
    public final Durations durations = new Durations();

    /** Second requests because the first took long: those that were faster, and the others. */
    public final LongAdder hedgesWon = Counting.adder();

    public final LongAdder hedgesLost = Counting.adder();
}
