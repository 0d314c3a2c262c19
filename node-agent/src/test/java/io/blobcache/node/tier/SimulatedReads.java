package io.blobcache.node.tier;

import io.blobcache.node.metrics.ReadCounters;
import java.time.Duration;
import java.util.List;

/** Reads as an agent does, in somebody's own time. */
public final class SimulatedReads {
    private SimulatedReads() {}

    /** Holds the calling thread up. */
    @FunctionalInterface
    public interface Sleep {
        void sleep(Duration duration) throws InterruptedException;
    }

    public static TieredReader reader(
            List<BlockTier> tiers, SingleFlight flights, ReadCounters counters, Duration deadline, Sleep sleep) {
        return new TieredReader(tiers, flights, counters, deadline, sleep::sleep);
    }
}
