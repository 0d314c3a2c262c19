package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.BlobBlocks;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Whole blobs of one source that somebody will probably open and read, in this order. Thread-safe. */
public final class Foreseen implements AheadBlocks {
    /** More than any directory's reader is followed with; what is beyond is not fetched ahead. */
    private static final int MAX_BLOBS = 1024;

    private final Prefetcher prefetcher;
    private final ReadCounters counters;
    private final Consumer<Blob> whenRead;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final ArrayDeque<BlobBlocks> blobs = new ArrayDeque<>();

    @GuardedBy("lock")
    private int nextBlock;

    private volatile int generation;

    /** @param whenRead told of a blob that was fetched ahead when its reader comes; returns at once */
    Foreseen(Prefetcher prefetcher, ReadCounters counters, Consumer<Blob> whenRead) {
        this.prefetcher = prefetcher;
        this.counters = counters;
        this.whenRead = whenRead;
    }

    /** This one comes after those before it. */
    public void add(BlobBlocks blob) {
        lock.lock();
        try {
            if (blobs.size() < MAX_BLOBS && blob.count() > 0) {
                blobs.add(blob);
            }
        } finally {
            lock.unlock();
        }
        prefetcher.ofSource(blob).workers().wake(this);
    }

    /** The reader went elsewhere: what has not been fetched is not any more. */
    public void cancel() {
        giveUp(counters.prefetchCancelledBySeek, true);
    }

    @Override
    public @Nullable Ahead next() {
        lock.lock();
        try {
            BlobBlocks first = blobs.peek();
            if (first == null) {
                return null;
            }
            Ahead ahead = new Ahead(this, first, nextBlock++, null, generation);
            if (nextBlock == first.count()) {
                blobs.remove();
                nextBlock = 0;
            }
            return ahead;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean goesOn(Ahead ahead) {
        return ahead.generation() == generation;
    }

    @Override
    public void used(Ahead ahead) {
        whenRead.accept(ahead.blocks().blob());
    }

    @Override
    public void wasted(Ahead ahead) {}

    @Override
    public void refused(Ahead ahead) {
        giveUp(counters.prefetchCancelledByMemory, false);
    }

    @Override
    public void failed(Ahead ahead) {
        giveUp(counters.prefetchCancelledByFailure, false);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // Under the lock.
    private void giveUp(LongAdder cancelled, boolean wentElsewhere) {
        lock.lock();
        try {
            if (!blobs.isEmpty()) {
                cancelled.increment();
            }
            if (wentElsewhere) {
                generation++;
            }
            blobs.clear();
            nextBlock = 0;
        } finally {
            lock.unlock();
        }
    }
}
