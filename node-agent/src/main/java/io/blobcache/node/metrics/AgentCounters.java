package io.blobcache.node.metrics;

import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Everything that an agent counts, gathered in one place for whoever shows it. All of it may be read at any time by any
 * thread and none of it waits.
 *
 * @param version      of the agent
 * @param source       label of the source: its kind ({@code s3}, {@code http}, {@code directory}), never an address
 * @param tiers        by the tier's name, fastest first
 * @param mountHealthy whether the mount answers
 */
public record AgentCounters(
        String version,
        String source,
        Map<String, TierReading> tiers,
        ReadCounters reads,
        SourceCounters requests,
        FuseCounters fuse,
        PoolReading pool,
        BooleanSupplier mountHealthy) {

    /** A tier's counters and what it holds now. */
    public record TierReading(TierCounters counters, LongSupplier capacityBytes, LongSupplier usedBytes) {}

    /** The buffer pool now. */
    public record PoolReading(
            LongSupplier budgetBytes, LongSupplier allocatedBytes, LongSupplier inUseBytes, LongSupplier openLeases) {}
}
