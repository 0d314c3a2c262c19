package io.blobcache.node.mesh.content;

import io.blobcache.node.model.NanoClock;
import java.time.Duration;

/** A clock that stands still until somebody moves it on. Thread-safe. */
final class HandClock implements NanoClock {
    private long now;
    private int sleepers;

    @Override
    public synchronized long getAsLong() {
        return now;
    }

    @Override
    public synchronized void sleep(long nanos) throws InterruptedException {
        long end = now + nanos;
        sleepers++;
        try {
            while (now < end) {
                wait();
            }
        } finally {
            sleepers--;
        }
    }

    synchronized void pass(Duration time) {
        now += time.toNanos();
        notifyAll();
    }

    synchronized int sleepers() {
        return sleepers;
    }
}
