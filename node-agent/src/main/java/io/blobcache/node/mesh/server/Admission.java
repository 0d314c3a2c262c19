package io.blobcache.node.mesh.server;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** How much is lent at once. Whoever comes when it is all out waits a little, in turn, and is then told BUSY. Thread-safe. */
final class Admission {
    /** The smallest block counts sixteen of them; a semaphore's permits are an int. */
    private static final int UNIT_BYTES = 64 << 10;

    private final Semaphore units;
    private final int minUnits;
    private final int maxUnits;
    private final Duration patience;

    /**
     * @param minBytes what a call counts at least
     * @param patience how long a request waits for its turn
     */
    Admission(long maxBytes, int minBytes, Duration patience) {
        this.maxUnits = Math.toIntExact(maxBytes / UNIT_BYTES);
        this.minUnits = Math.ceilDiv(minBytes, UNIT_BYTES);
        this.units = new Semaphore(maxUnits, true);
        this.patience = patience;
    }

    /** @return whether so many bytes may be lent; {@link #leave} gives them back */
    boolean enter(int bytes) throws InterruptedException {
        return units.tryAcquire(unitsOf(bytes), patience.toNanos(), TimeUnit.NANOSECONDS);
    }

    void leave(int bytes) {
        units.release(unitsOf(bytes));
    }

    /** Never more than there are: with large pieces and little to lend, one call at a time. */
    private int unitsOf(int bytes) {
        return Math.min(maxUnits, Math.max(minUnits, Math.ceilDiv(bytes, UNIT_BYTES)));
    }
}
