package io.blobcache.node.prefetch;

import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.PrefetchResult;
import io.blobcache.node.tier.SingleFlight;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fetches blocks ahead of readers: {@link ReadWindow}s and {@link Foreseen}s say which, the workers of their source fetch
 * them. Bounded in workers of each source and, through the buffer pool and the memory tier, in memory: what does not fit is
 * not fetched, and the reader fetches it when it gets there. Thread-safe.
 */
public final class Prefetcher implements AutoCloseable {
    /** A fetch that is interrupted ends at once; one that waits for a disk takes a fraction of a second. */
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    private final Unread unread;
    private final SingleFlight flights;
    private final ReadCounters counters;
    private final Supplier<PrefetchConfig> config;
    private final LongSupplier nanoTime;
    private final ExecutorService threads;
    private final int maxWorkers;

    /** No more than there are sources. */
    private final ConcurrentHashMap<Object, SourceWorkers> bySource = new ConcurrentHashMap<>();

    /** @param config asked at each read; its workers once */
    public Prefetcher(
            Unread unread,
            SingleFlight flights,
            ReadCounters counters,
            Supplier<PrefetchConfig> config,
            LongSupplier nanoTime) {
        this(
                unread,
                flights,
                counters,
                config,
                nanoTime,
                Executors.newThreadPerTaskExecutor(
                        Thread.ofVirtual().name("prefetch-", 0).factory()));
    }

    /** @param threads closed with this */
    Prefetcher(
            Unread unread,
            SingleFlight flights,
            ReadCounters counters,
            Supplier<PrefetchConfig> config,
            LongSupplier nanoTime,
            ExecutorService threads) {
        this.unread = unread;
        this.flights = flights;
        this.counters = counters;
        this.config = config;
        this.nanoTime = nanoTime;
        this.threads = threads;
        this.maxWorkers = config.get().workers();
    }

    /** Of a file that was opened: follows its readers. {@code null} if it has nothing ahead: its only block. */
    public @Nullable ReadWindow open(BlobBlocks blocks) {
        if (blocks.count() <= 1) {
            return null;
        }
        boolean whole = blocks.blob().lengthBytes() <= config.get().wholeFileBytes();
        return new ReadWindow(this, ofSource(blocks), blocks, whole, counters);
    }

    /** @param whenRead told of a foreseen blob when it is read; returns at once */
    public Foreseen foresee(Consumer<Blob> whenRead) {
        return new Foreseen(this, counters, whenRead);
    }

    /** The whole of a blob is read, if it is no longer than what is foreseen; waits for nothing. */
    public void noteRead(BlobBlocks blocks) {
        if (!unread.isEmpty() && blocks.blob().lengthBytes() <= config.get().wholeFileBytes()) {
            noteRead(blocks, 0, blocks.blob().lengthBytes());
        }
    }

    void noteRead(BlobBlocks blocks, long offset, long end) {
        if (unread.isEmpty() || offset >= end) {
            return;
        }
        int last = blocks.indexOf(end - 1);
        for (int block = blocks.indexOf(offset); block <= last; block++) {
            unread.read(blocks, block, flights);
        }
    }

    SourceWorkers ofSource(BlobBlocks blocks) {
        return bySource.computeIfAbsent(
                flights.sourceOf(blocks),
                _ -> new SourceWorkers(new Workers(maxWorkers, threads, this::fetch), new SourcePace()));
    }

    /** 0 switches it off. */
    long maxWindowBytes() {
        return config.get().windowBytes();
    }

    long nowNanos() {
        return nanoTime.getAsLong();
    }

    /** Begins nothing more, interrupts what is under way and waits a little for its end. */
    @Override
    public void close() {
        bySource.values().forEach(each -> each.workers().close());
        threads.shutdownNow();
        try {
            threads.awaitTermination(CLOSING_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void fetch(Ahead ahead) {
        PrefetchResult result = unread.fetch(ahead, flights);
        switch (result.outcome()) {
            case FETCHED -> {
                if (ahead.isWholeBlock()) {
                    ofSource(ahead.blocks()).pace().fetched(result.nanos());
                }
            }
            case HELD -> {}
            case NO_MEMORY -> ahead.owner().refused(ahead);
            case FAILED -> ahead.owner().failed(ahead);
        }
    }
}
