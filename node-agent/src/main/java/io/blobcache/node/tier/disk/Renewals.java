package io.blobcache.node.tier.disk;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Notes in sidecars that blocks were found to be right, behind the back of whoever reads them: under heavy writeback a
 * write can take seconds, and a read that waited for it would count as one that the device does not answer.
 */
final class Renewals {
    /** What is dropped beyond it is checked once more by the next process, that is all. */
    private static final int MAX_WAITING = 1024;

    private final SidecarEntries entries;
    private final Executor background;
    private final AtomicInteger waiting = new AtomicInteger();

    Renewals(SidecarEntries entries, Executor background) {
        this.entries = entries;
        this.background = background;
    }

    void later(BlockTable table, int block) {
        if (waiting.incrementAndGet() > MAX_WAITING) {
            waiting.decrementAndGet();
            return;
        }
        try {
            background.execute(() -> {
                waiting.decrementAndGet();
                entries.renew(table, block, null);
            });
        } catch (RejectedExecutionException _) {
            waiting.decrementAndGet(); // The tier is being closed.
        }
    }
}
