package io.blobcache.node.buffer;

import java.time.Duration;

/** Leases for tests, which are never short of memory. */
public final class Leases {
    private Leases() {}

    /** @throws AssertionError if the pool has no buffer within 20 s */
    public static BlockLease acquire(BufferPool pool, int lengthBytes) {
        try {
            BlockLease lease = pool.acquire(lengthBytes, Duration.ofSeconds(20));
            if (lease == null) {
                throw new AssertionError("the pool is exhausted");
            }
            return lease;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
