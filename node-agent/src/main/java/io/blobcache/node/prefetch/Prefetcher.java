package io.blobcache.node.prefetch;

import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.SingleFlight;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Fetches blocks ahead of readers that read in order. Bounded in workers, in queued blocks and, through the buffer pool,
 * in memory: what does not fit is skipped, and the reader fetches it when it gets there.
 */
public final class Prefetcher implements AutoCloseable {
    /** 256 blocks of 4 MiB are the windows of 16 readers; what is behind them would come too late anyway. */
    private static final int MAX_QUEUED = 256;

    private final Unread unread;
    private final ReadCounters counters;
    private final ExecutorService workers;
    private final LongSupplier windowBytes;

    /** @param windowBytes how far ahead of a reader at most, asked at each read; 0 switches prefetching off */
    public Prefetcher(SingleFlight flights, ReadCounters counters, LongSupplier windowBytes, int workers) {
        this(flights, counters, windowBytes, pool(workers));
    }

    /** @param workers fetch; closed with this */
    Prefetcher(SingleFlight flights, ReadCounters counters, LongSupplier windowBytes, ExecutorService workers) {
        this.unread = new Unread(flights, counters);
        this.counters = counters;
        this.windowBytes = windowBytes;
        this.workers = workers;
    }

    private static ExecutorService pool(int workers) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                workers,
                workers,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(MAX_QUEUED),
                Thread.ofVirtual().name("prefetch-", 0).factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Tells of a read through a handle; returns at once. */
    public void read(ReadWindow window, BlobBlocks blocks, long offset, int length) {
        noteRead(blocks, offset, length);
        int blockBytes = (int) (blocks.offsetOf(1) - blocks.offsetOf(0));
        int maxBlocks = (int) Math.min(windowBytes.getAsLong() / blockBytes, Integer.MAX_VALUE);
        if (maxBlocks == 0 || length == 0) {
            return;
        }
        long ahead = window.advance(offset, length, blockBytes, maxBlocks, blocks.count());
        int first = (int) (ahead >>> 32);
        int count = (int) ahead;
        for (int i = 0; i < count; i++) {
            enqueue(workers, blocks, first + i);
        }
    }

    private void noteRead(BlobBlocks blocks, long offset, int length) {
        long end = Math.min(offset + length, blocks.blob().lengthBytes());
        if (unread.isEmpty() || offset >= end) {
            return;
        }
        int last = blocks.indexOf(end - 1);
        for (int block = blocks.indexOf(offset); block <= last; block++) {
            unread.read(blocks, block);
        }
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }

    private void enqueue(Executor executor, BlobBlocks blocks, int blockIndex) {
        try {
            executor.execute(() -> unread.fetch(blocks, blockIndex));
        } catch (RejectedExecutionException e) {
            // The queue is full: a prefetch is a wish, and the reader will fetch the block itself.
            counters.prefetchSkippedBlocks.increment();
        }
    }
}
