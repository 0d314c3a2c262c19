package io.blobcache.node.warmup;

import io.blobcache.node.model.NanoClock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** A clock on which every sleep is over at once. */
final class HastyClock implements NanoClock {
    /** Others get a turn. */
    private static final long PAUSE_NANOS = 100_000;

    private final AtomicLong now = new AtomicLong();

    @Override
    public long getAsLong() {
        return now.get();
    }

    @Override
    public void sleep(long nanos) throws InterruptedException {
        now.addAndGet(nanos);
        LockSupport.parkNanos(Math.min(nanos, PAUSE_NANOS));
        if (Thread.interrupted()) {
            throw new InterruptedException("ended");
        }
    }
}
