package io.blobcache.node.mesh.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.Arrays;

/** How long peers took lately: the 95th percentile of the last answers, over all peers. Thread-safe. */
final class Latencies {
    /** So many are ordered in a microsecond, and six of them lie above the 95th percentile. */
    private static final int KEPT = 128;

    private static final int RENEWED_EVERY = 16;

    /** Below it a second request costs more than it can win: a garbage collection of a young heap takes as long. */
    private static final long MIN_NANOS = Duration.ofMillis(20).toNanos();

    /** Also the answer while there is none to measure: what a reader notices (F-40). */
    private static final long MAX_NANOS = Duration.ofMillis(100).toNanos();

    @GuardedBy("this")
    private final long[] nanos = new long[KEPT];

    @GuardedBy("this")
    private int count;

    private volatile long usualNanos = MAX_NANOS;

    synchronized void add(long took) {
        nanos[count % KEPT] = took;
        count++;
        if (count % RENEWED_EVERY == 0) {
            int known = Math.min(count, KEPT);
            long[] ordered = Arrays.copyOf(nanos, known);
            Arrays.sort(ordered);
            usualNanos = Math.clamp(ordered[known * 95 / 100], MIN_NANOS, MAX_NANOS);
            count = count >= 2 * KEPT ? count - KEPT : count;
        }
    }

    /** In [20 ms, 100 ms]. */
    long usualNanos() {
        return usualNanos;
    }
}
