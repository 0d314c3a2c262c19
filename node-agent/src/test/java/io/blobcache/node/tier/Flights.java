package io.blobcache.node.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.NanoClock;
import io.blobcache.node.source.Source;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Fetches as a test sees them. */
public final class Flights {
    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(20);
    private static final Duration FAILURE_HOLD = Duration.ofSeconds(4);
    private static final int MAX_REQUESTS = 8;

    private Flights() {}

    /** Eight at once from the source alone, for tests to which limits and peers do not matter. */
    public static SingleFlight of(
            List<BlockTier> tiers,
            Source source,
            BufferPool pool,
            ReadCounters counters,
            Executor threads,
            NanoClock clock) {
        return new SingleFlight(
                tiers,
                source,
                Peers.NONE,
                new RefusedBlobs(counters),
                pool,
                counters,
                threads,
                MAX_REQUESTS,
                BUFFER_PATIENCE,
                FAILURE_HOLD,
                clock);
    }

    /** Waits until no fetch is under way and no failure is remembered. */
    static void awaitNone(SingleFlight flights) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (flights.size() > 0) {
            assertThat(System.nanoTime()).as("fetches end").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
