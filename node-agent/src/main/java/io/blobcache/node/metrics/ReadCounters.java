package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What is counted where tiers are combined: single flight and prefetch. */
public final class ReadCounters {
    /** Blocks fetched from the source. */
    public final LongAdder fetches = Counting.adder();

    public final LongAdder failedFetches = Counting.adder();

    /** Times that the whole of a blob was not what its digest promises. */
    public final LongAdder corruptBlobs = Counting.adder();

    /** Reads that joined a fetch which somebody else had begun. */
    public final LongAdder coalesced = Counting.adder();

    /** Of a fetch, from its first request to the whole block; of those that brought one. */
    public final Durations fetchDurations = new Durations();

    /** Reads of what the source brought. */
    public final FetchedReads bySource = new FetchedReads();

    /** Reads of what a peer brought. */
    public final FetchedReads byPeer = new FetchedReads();

    /** Reads of what the source brought after peers were asked in vain; {@link #bySource} has them too. */
    public final LongAdder peerMisses = Counting.adder();

    /** Block reads that ended without bytes because the fetch failed or took too long. */
    public final LongAdder failedReads = Counting.adder();

    public final LongAdder prefetchedBytes = Counting.adder();
    public final LongAdder prefetchUsedBytes = Counting.adder();
    public final LongAdder prefetchWastedBytes = Counting.adder();

    /** Here and not read yet; goes up and down. */
    public final LongAdder prefetchUnreadBytes = new LongAdder();

    /** How far ahead all open files' readers are followed together; goes up and down. */
    public final LongAdder prefetchWindowBytes = new LongAdder();

    /** The farthest that any one reader has been followed. */
    public final LongAccumulator prefetchLargestWindowBytes = new LongAccumulator(Math::max, 0);

    /** Times that what was to be fetched ahead was given up, by why. */
    public final LongAdder prefetchCancelledBySeek = Counting.adder();

    public final LongAdder prefetchCancelledByClose = Counting.adder();
    public final LongAdder prefetchCancelledByMemory = Counting.adder();
    public final LongAdder prefetchCancelledByFailure = Counting.adder();

    /** Opens that the kernel serves from a backing file; their reads do not pass us and are not counted. */
    public final LongAdder passthroughOpens = Counting.adder();
}
