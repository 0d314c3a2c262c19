package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;

/** What is counted where tiers are combined: single flight and prefetch. */
public final class ReadCounters {
    /** Blocks fetched from the source. */
    public final LongAdder fetches = new LongAdder();

    public final LongAdder failedFetches = new LongAdder();

    /** Times that the whole of a blob was not what its digest promises. */
    public final LongAdder corruptBlobs = new LongAdder();

    /** Reads that joined a fetch which somebody else had begun. */
    public final LongAdder coalesced = new LongAdder();

    /** Bytes served out of a fetch, complete or still arriving. */
    public final LongAdder fetchReadBytes = new LongAdder();

    public final LongAdder prefetchedBytes = new LongAdder();
    public final LongAdder prefetchUsedBytes = new LongAdder();
    public final LongAdder prefetchWastedBytes = new LongAdder();

    /** Here and not read yet; goes up and down. */
    public final LongAdder prefetchUnreadBytes = new LongAdder();

    /** How far ahead all open files' readers are followed together; goes up and down. */
    public final LongAdder prefetchWindowBytes = new LongAdder();

    /** The farthest that any one reader has been followed. */
    public final LongAccumulator prefetchLargestWindowBytes = new LongAccumulator(Math::max, 0);

    /** Times that what was to be fetched ahead was given up, by why. */
    public final LongAdder prefetchCancelledBySeek = new LongAdder();

    public final LongAdder prefetchCancelledByClose = new LongAdder();
    public final LongAdder prefetchCancelledByMemory = new LongAdder();
    public final LongAdder prefetchCancelledByFailure = new LongAdder();

    /** Opens that the kernel serves from a backing file; their reads do not pass us and are not counted. */
    public final LongAdder passthroughOpens = new LongAdder();
}
