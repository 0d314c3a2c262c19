package io.blobcache.node.tier.disk;

import io.blobcache.node.model.BlobId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much is on disk. What a former process left there is found by a walk that takes its time while blobs are already
 * read, filled and evicted; each blob is counted once, by whoever meets it first.
 */
final class Inventory {
    private final DiskSpace space;
    private final Set<BlobId> counted = ConcurrentHashMap.newKeySet();
    private final AtomicLong blobs = new AtomicLong();
    private final AtomicLong blocks = new AtomicLong();
    private volatile boolean complete;

    Inventory(DiskSpace space) {
        this.space = space;
    }

    /** Counts what is on disk of a blob unless it was counted; before anything is added to it or taken away. */
    void count(BlockTable table) {
        if (complete) {
            return;
        }
        synchronized (table) {
            if (counted.add(table.blob().id())) {
                space.found(table.deviceBytes());
                blobs.incrementAndGet();
                blocks.addAndGet(table.present());
            }
        }
    }

    /** A blob was made, its bytes were reserved. */
    void created(BlockTable table) {
        if (!complete) {
            counted.add(table.blob().id());
        }
        blobs.incrementAndGet();
    }

    void filled() {
        blocks.incrementAndGet();
    }

    void dropped() {
        blocks.decrementAndGet();
    }

    void evicted(BlockTable table) {
        blobs.decrementAndGet();
        blocks.addAndGet(-table.present());
        if (!complete) {
            counted.remove(table.blob().id());
        }
    }

    /** The walk has met every blob. */
    void complete() {
        complete = true;
        space.counted();
        counted.clear();
    }

    /** Everything was removed by somebody else, what we never looked at included. */
    void nothingLeft() {
        blobs.set(0);
        blocks.set(0);
        space.nothingLeft();
    }

    boolean isComplete() {
        return complete;
    }

    long blobs() {
        return blobs.get();
    }

    long blocks() {
        return blocks.get();
    }
}
