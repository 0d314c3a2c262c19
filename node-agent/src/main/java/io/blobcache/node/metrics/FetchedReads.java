package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Block reads served out of a fetch, complete or still arriving. */
public final class FetchedReads {
    public final LongAdder reads = Counting.adder();

    public final LongAdder readBytes = Counting.adder();

    /** From the wish to the bytes. */
    public final Durations durations = new Durations();

    /**
     * One block read that a fetch answered.
     *
     * @param began {@link Durations#now} of when it was asked for
     */
    public void served(int bytes, long began) {
        reads.increment();
        readBytes.add(bytes);
        durations.since(began);
    }
}
