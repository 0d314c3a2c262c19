package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/** How long something took, each time: a histogram whose counts are adders. Adding allocates nothing. Thread-safe. */
public final class Durations {
    /** Upper bounds in nanoseconds: 5 us (a block in memory) to 5 s, each about three times the one before. */
    private static final long[] BOUND_NANOS = {
        5_000,
        15_000,
        50_000,
        150_000,
        500_000,
        1_500_000,
        5_000_000,
        15_000_000,
        50_000_000,
        150_000_000,
        500_000_000,
        1_500_000_000,
        5_000_000_000L
    };

    private final LongAdder[] buckets =
            Stream.generate(Counting::adder).limit(BOUND_NANOS.length + 1).toArray(LongAdder[]::new);

    private final LongAdder totalNanos = Counting.adder();

    /** When something begins, for {@link #since}; of no other use. */
    public static long now() {
        return Counting.ON ? System.nanoTime() : 0;
    }

    /** @param began {@link #now} of then */
    public void since(long began) {
        if (Counting.ON) {
            add(System.nanoTime() - began);
        }
    }

    public void add(long nanos) {
        int bucket = 0;
        while (bucket < BOUND_NANOS.length && nanos > BOUND_NANOS[bucket]) {
            bucket++;
        }
        buckets[bucket].increment();
        totalNanos.add(nanos);
    }

    /** Buckets without the last, unbounded one. */
    static int boundedBuckets() {
        return BOUND_NANOS.length;
    }

    /** Upper bound of a bucket, inclusive, in nanoseconds. */
    static long boundNanos(int bucket) {
        return BOUND_NANOS[bucket];
    }

    /** What is in one bucket alone; the last holds all that took longer. */
    long inBucket(int bucket) {
        return buckets[bucket].sum();
    }

    public long count() {
        return Stream.of(buckets).mapToLong(LongAdder::sum).sum();
    }

    public long totalNanos() {
        return totalNanos.sum();
    }
}
