package io.blobcache.node.metrics;

import java.util.concurrent.atomic.LongAdder;

/** Requests of the kernel by operation: how many, how long, how many failed. */
public final class FuseCounters {

    /** The operations that are told apart; all others are OTHER. */
    public enum Operation {
        LOOKUP,
        GETATTR,
        READLINK,
        OPEN,
        READ,
        RELEASE,
        OPENDIR,
        READDIR,
        READDIRPLUS,
        RELEASEDIR,
        FORGET,
        STATFS,
        INTERRUPT,
        OTHER
    }

    /** Upper bounds of the duration buckets in nanoseconds: 50 us to 5 s, each about three times the one before. */
    private static final long[] BUCKET_NANOS = {
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

    private static final int OPERATIONS = Operation.values().length;

    private final LongAdder[][] buckets = new LongAdder[OPERATIONS][BUCKET_NANOS.length + 1];
    private final LongAdder[] totalNanos = new LongAdder[OPERATIONS];
    private final LongAdder[] errors = new LongAdder[OPERATIONS];

    public FuseCounters() {
        for (int op = 0; op < OPERATIONS; op++) {
            totalNanos[op] = new LongAdder();
            errors[op] = new LongAdder();
            for (int bucket = 0; bucket <= BUCKET_NANOS.length; bucket++) {
                buckets[op][bucket] = new LongAdder();
            }
        }
    }

    /** Buckets without the last, unbounded one. */
    public static int boundedBuckets() {
        return BUCKET_NANOS.length;
    }

    /** Upper bound of a bucket, inclusive, in nanoseconds. */
    public static long bucketNanos(int bucket) {
        return BUCKET_NANOS[bucket];
    }

    /** Allocates nothing. */
    public void answered(Operation operation, long nanos, boolean failed) {
        int op = operation.ordinal();
        int bucket = 0;
        while (bucket < BUCKET_NANOS.length && nanos > BUCKET_NANOS[bucket]) {
            bucket++;
        }
        buckets[op][bucket].increment();
        totalNanos[op].add(nanos);
        if (failed) {
            errors[op].increment();
        }
    }

    /** Requests that took at most {@code bucketNanos(bucket)}, not cumulative; the last bucket is all slower ones. */
    public long inBucket(Operation operation, int bucket) {
        return buckets[operation.ordinal()][bucket].sum();
    }

    public long count(Operation operation) {
        long sum = 0;
        for (LongAdder bucket : buckets[operation.ordinal()]) {
            sum += bucket.sum();
        }
        return sum;
    }

    public long totalNanos(Operation operation) {
        return totalNanos[operation.ordinal()].sum();
    }

    public long errors(Operation operation) {
        return errors[operation.ordinal()].sum();
    }
}
