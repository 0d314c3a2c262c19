package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.tier.BlobBlocks;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the readers of one open file will read next. A short file is wanted whole from its first read on; of a longer one
 * each reader is followed by a {@link Cursor}. Thread-safe; a read that enters no block allocates nothing.
 */
public final class ReadWindow implements AheadBlocks, AutoCloseable {
    private final Prefetcher prefetcher;
    private final SourceWorkers source;
    private final BlobBlocks blocks;
    private final int blockBytes;
    private final boolean whole;
    private final ReadCounters counters;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Cursors cursors;

    /** Of a file that is wanted whole: how many blocks after the first one read have been asked for. */
    @GuardedBy("lock")
    private int wholeAsked;

    @GuardedBy("lock")
    private int wholeFirst;

    @GuardedBy("lock")
    private long shownBytes;

    private volatile boolean begun;
    private volatile boolean movedOn;
    private volatile boolean closed;

    ReadWindow(Prefetcher prefetcher, SourceWorkers source, BlobBlocks blocks, boolean whole, ReadCounters counters) {
        this.prefetcher = prefetcher;
        this.source = source;
        this.blocks = blocks;
        this.blockBytes = (int) (blocks.offsetOf(1) - blocks.offsetOf(0));
        this.whole = whole;
        this.counters = counters;
        this.cursors = new Cursors(blocks);
        this.wholeAsked = blocks.count();
    }

    /** A reader wants these bytes now; returns at once. Telling twice of one read is harmless. */
    public void read(long offset, int length) {
        long end = Math.min(offset + length, blocks.blob().lengthBytes());
        if (offset >= end) {
            return;
        }
        prefetcher.noteRead(blocks, offset, end);
        int maxBlocks = (int) Math.min(prefetcher.maxWindowBytes() / blockBytes, Integer.MAX_VALUE);
        if (maxBlocks > 0 && (whole ? beginWhole(offset) : follow(offset, end, maxBlocks))) {
            source.workers().wake(this);
        }
    }

    @Override
    public @Nullable Ahead next() {
        lock.lock();
        try {
            if (closed) {
                return null;
            }
            if (whole) {
                return nextOfWhole();
            }
            Cursor cursor = cursors.asking();
            int block = cursor == null ? -1 : cursor.next();
            if (cursor == null || block < 0) {
                return null;
            }
            return new Ahead(this, blocks, block, cursor, cursor.generation());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean goesOn(Ahead ahead) {
        Cursor cursor = ahead.cursor();
        return !closed && (cursor == null || cursor.goesOn(ahead.generation()));
    }

    @Override
    public void wasted(Ahead ahead) {
        lock.lock();
        try {
            Cursor cursor = current(ahead);
            if (cursor != null) {
                cursor.narrow();
                show();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void refused(Ahead ahead) {
        pause(ahead, counters.prefetchCancelledByMemory);
    }

    @Override
    public void failed(Ahead ahead) {
        pause(ahead, counters.prefetchCancelledByFailure);
    }

    /** The file is closed: what is still to be fetched of it is not. */
    @Override
    public void close() {
        lock.lock();
        try {
            boolean asks = whole ? wholeAsked < blocks.count() : cursors.asking() != null;
            if (!closed && asks) {
                counters.prefetchCancelledByClose.increment();
            }
            closed = true;
            show();
        } finally {
            lock.unlock();
        }
    }

    private boolean follow(long offset, long end, int maxBlocks) {
        lock.lock();
        try {
            boolean more = cursors.read(
                    offset, end, prefetcher.nowNanos(), source.pace().fetchNanos(), maxBlocks);
            if (cursors.jumpGaveUp()) {
                counters.prefetchCancelledBySeek.increment();
            }
            if (more) {
                show();
            }
            return more && cursors.asking() != null;
        } finally {
            lock.unlock();
        }
    }

    /** At the first read, and when it begins anew: what is still here is not fetched again. */
    private boolean beginWhole(long offset) {
        if (begun && !movedOn && offset > 0) {
            movedOn = true;
        }
        if (begun && (offset > 0 || !movedOn)) {
            return false;
        }
        lock.lock();
        try {
            boolean asks = wholeAsked < blocks.count();
            if (!asks) {
                wholeFirst = blocks.indexOf(offset);
                wholeAsked = 1;
            }
            begun = true;
            movedOn = false;
            return !asks && blocks.count() > 1;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable Ahead nextOfWhole() {
        if (wholeAsked >= blocks.count()) {
            return null;
        }
        int block = (wholeFirst + wholeAsked++) % blocks.count();
        return new Ahead(this, blocks, block, null, 0);
    }

    private void pause(Ahead ahead, LongAdder cancelled) {
        lock.lock();
        try {
            Cursor cursor = current(ahead);
            if (cursor != null) {
                cursor.pause(ahead.blockIndex());
                show();
            }
            wholeAsked = blocks.count();
        } finally {
            lock.unlock();
        }
        cancelled.increment();
    }

    private static @Nullable Cursor current(Ahead ahead) {
        Cursor cursor = ahead.cursor();
        return cursor != null && cursor.generation() == ahead.generation() ? cursor : null;
    }

    @GuardedBy("lock")
    private void show() {
        long bytes = closed ? 0 : cursors.windowBytes();
        counters.prefetchWindowBytes.add(bytes - shownBytes);
        counters.prefetchLargestWindowBytes.accumulate(cursors.largestWindowBytes());
        shownBytes = bytes;
    }
}
