package io.blobcache.node.fs.names;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.blobcache.node.config.ListingConfig;
import io.blobcache.node.fs.listing.Entry;
import io.blobcache.node.fs.listing.FailureMemo;
import io.blobcache.node.fs.listing.InodeNumbers;
import io.blobcache.node.fs.listing.Reachability;
import io.blobcache.node.fs.listing.ReachabilityBySource;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.source.Source;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Single questions to the source and its answers, of which as many are kept as have room: one question at a time for a
 * path, however many wait for it. Thread-safe.
 */
public final class Stats {
    /** About 300 bytes each with their path: 6 MB. */
    private static final int MAX_KNOWN = 20_000;

    private final Source source;
    private final Supplier<ListingConfig> config;
    private final Instant directoryTime;
    private final InstantSource clock;
    private final Executor executor;
    private final NameCounters counters;
    private final ReachabilityBySource reachability;
    private final FailureMemo failures;
    private final ConcurrentHashMap<String, CompletableFuture<Known>> asked = new ConcurrentHashMap<>();
    private final Cache<String, Known> answers =
            Caffeine.newBuilder().maximumSize(MAX_KNOWN).executor(Runnable::run).build();

    /** @param executor starts a thread for each task, or as good as; tasks wait for the source */
    public Stats(
            Source source,
            Supplier<ListingConfig> config,
            Instant directoryTime,
            InstantSource clock,
            Executor executor,
            NameCounters counters,
            ReachabilityBySource reachability) {
        this.source = source;
        this.config = config;
        this.directoryTime = directoryTime;
        this.clock = clock;
        this.executor = executor;
        this.counters = counters;
        this.reachability = reachability;
        this.failures = new FailureMemo(clock);
    }

    /** Whether a name that a listing lacks is not there. */
    boolean listsAll(String directory) {
        return source.listsAll(directory);
    }

    /** The last answer, whatever its age; but that there was nothing is an answer for its time only. */
    @Nullable
    Known known(String path) {
        Known known = answers.getIfPresent(path);
        return known == null || known.entry() != null || known.freshAt(clock.millis()) ? known : null;
    }

    /**
     * Asks without waiting, or joins those who wait for the same answer.
     *
     * @throws BlobException what the last attempt failed with, if that was a moment ago
     */
    Question ask(String path, String name) throws BlobException {
        failures.rethrow(path);
        CompletableFuture<Known> mine = new CompletableFuture<>();
        CompletableFuture<Known> others = asked.putIfAbsent(path, mine);
        if (others != null) {
            return new Question(others, false);
        }
        try {
            executor.execute(() -> answer(path, name, mine));
        } catch (RejectedExecutionException e) {
            asked.remove(path, mine);
            mine.completeExceptionally(new BlobException.Unavailable("the mount is closing", e));
        }
        return new Question(mine, true);
    }

    private void answer(String path, String name, CompletableFuture<Known> answer) {
        try {
            Known known = stat(path, name);
            answers.put(path, known);
            asked.remove(path, answer);
            answer.complete(known);
        } catch (BlobException e) {
            failures.remember(path, e);
            asked.remove(path, answer);
            answer.completeExceptionally(e);
        } catch (RuntimeException | Error e) {
            asked.remove(path, answer);
            answer.completeExceptionally(e);
            throw e;
        }
    }

    private Known stat(String path, String name) throws BlobException {
        long began = clock.millis();
        counters.stats.increment();
        InodeNumbers inodes = new InodeNumbers(source.at(path).identity());
        Reachability answering = reachability.of(path);
        Entry entry;
        try {
            entry = Entry.of(source.stat(path), path, name, inodes, directoryTime);
            answering.answered();
            if (entry == null) {
                counters.hiddenEntries.increment();
            }
        } catch (BlobException.NotFound _) {
            answering.answered();
            entry = null;
        } catch (BlobException e) {
            answering.failed(e);
            throw e;
        }
        long believed =
                (entry == null ? config.get().negativeTtl() : config.get().ttl()).toMillis();
        return new Known(entry, began, clock.millis(), believed);
    }

    /**
     * A question that was asked, by this caller or another.
     *
     * @param first whether it was this caller
     */
    record Question(CompletableFuture<Known> answer, boolean first) {

        Known await() throws BlobException {
            try {
                return answer.get();
            } catch (InterruptedException e) {
                throw new BlobException.Interrupted("waiting for what stands at a path");
            } catch (ExecutionException e) {
                if (e.getCause() instanceof BlobException failure) {
                    throw failure;
                }
                throw new IllegalStateException("a source broke its contract", e.getCause());
            }
        }
    }
}
