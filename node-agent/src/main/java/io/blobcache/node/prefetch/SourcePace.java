package io.blobcache.node.prefetch;

/** How long one source takes for one whole block now, as fetching ahead measures it. Thread-safe. */
final class SourcePace {
    /** A new measurement counts a quarter: four fetches after a change, two thirds of it are known. */
    private static final int WEIGHT = 4;

    private volatile long fetchNanos;

    synchronized void fetched(long nanos) {
        long before = fetchNanos;
        fetchNanos = Math.max(1, before == 0 ? nanos : before + (nanos - before) / WEIGHT);
    }

    /** 0 until something has been measured. */
    long fetchNanos() {
        return fetchNanos;
    }
}
