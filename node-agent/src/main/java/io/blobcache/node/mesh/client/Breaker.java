package io.blobcache.node.mesh.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Leaves a peer alone that fails: after three failures in a row nobody asks it for a while, then one request tries again.
 * The while doubles up to a limit, with jitter so that a cluster does not come back to it in one moment. Thread-safe.
 */
final class Breaker {
    private static final int MAX_FAILURES = 3;
    private static final Duration MIN_PAUSE = Duration.ofMillis(250);

    /** A peer that is well again is asked again within 5 s, jitter included. */
    private static final Duration MAX_PAUSE = Duration.ofSeconds(4);

    private final LongSupplier nanoTime;
    private final RandomGenerator random;

    @GuardedBy("this")
    private int failures;

    @GuardedBy("this")
    private long pauseNanos = MIN_PAUSE.toNanos();

    @GuardedBy("this")
    private long closedUntil;

    @GuardedBy("this")
    private boolean trying;

    Breaker(LongSupplier nanoTime, RandomGenerator random) {
        this.nanoTime = nanoTime;
        this.random = random;
    }

    /** Whether this request may ask the peer. If so, {@link #succeeded} or {@link #failed} has to follow. */
    synchronized boolean lets() {
        if (failures < MAX_FAILURES) {
            return true;
        }
        if (trying || nanoTime.getAsLong() - closedUntil < 0) {
            return false;
        }
        trying = true;
        return true;
    }

    /** Whether it leaves the peer alone now. */
    synchronized boolean isOpen() {
        return failures >= MAX_FAILURES;
    }

    synchronized void succeeded() {
        failures = 0;
        trying = false;
        pauseNanos = MIN_PAUSE.toNanos();
    }

    /** @return whether the peer is left alone from now on and was not before */
    synchronized boolean failed() {
        failures++;
        trying = false;
        if (failures < MAX_FAILURES) {
            return false;
        }
        closedUntil = nanoTime.getAsLong() + pauseNanos + random.nextLong(pauseNanos / 4);
        pauseNanos = Math.min(2 * pauseNanos, MAX_PAUSE.toNanos());
        return failures == MAX_FAILURES;
    }

    /** The request ended for a reason that says nothing of the peer. */
    synchronized void gaveUp() {
        trying = false;
    }
}
