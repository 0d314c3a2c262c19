package io.blobcache.node.metrics;

import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Everything that an agent counts, gathered in one place for whoever shows it. All of it may be read at any time by any
 * thread and none of it waits.
 *
 * @param version      of the agent
 * @param sources      by the source's label: its path below the mount, or the kind of the one that is all of it ({@code
 *                     s3}, {@code http}, {@code directory}); never an address
 * @param tiers        by the tier's name, fastest first
 * @param fuse         requests of the kernel
 * @param mountHealthy whether the mount answers
 */
public record AgentCounters(
        String version,
        Map<String, SourceReading> sources,
        Map<String, TierReading> tiers,
        ReadCounters reads,
        NameCounters names,
        FuseCounters fuse,
        PoolReading pool,
        MeshReading mesh,
        WarmupReading warmups,
        BooleanSupplier mountHealthy) {

    /**
     * What is counted of one source.
     *
     * @param answers whether it gave its last answer
     */
    public record SourceReading(SourceCounters requests, BooleanSupplier answers) {}

    /**
     * A tier's counters and what it holds now.
     *
     * @param state one of {@link #STATES}
     */
    public record TierReading(
            TierCounters counters, LongSupplier capacityBytes, LongSupplier usedBytes, Supplier<String> state) {
        /** What a tier can be in. */
        public static final List<String> STATES = List.of("normal", "unstable", "down");
    }

    /**
     * What is counted of the mesh, and who is in it now; all 0 for an agent that is alone.
     *
     * @param members     of the mesh, this agent included
     * @param quarantined peers that are left out because they sent wrong bytes
     * @param failing     peers that are left alone for a while
     * @param certificateExpirySeconds since 1970; 0 without TLS
     */
    public record MeshReading(
            PeerCounters asked,
            LendingCounters lent,
            LongSupplier members,
            LongSupplier quarantined,
            LongSupplier failing,
            LongSupplier certificateExpirySeconds,
            StoreReading store) {}

    /**
     * What is counted of stored content, and what is stored now.
     *
     * @param waitingForOwner contents whose owner does not have them yet
     */
    public record StoreReading(
            StoreCounters counters,
            LongSupplier maxBytes,
            LongSupplier usedBytes,
            LongSupplier contents,
            LongSupplier waitingForOwner) {}

    /**
     * What is counted of warmups.
     *
     * @param running those that are not through yet
     */
    public record WarmupReading(WarmupCounters counters, LongSupplier running) {}

    /** The buffer pool's counters and what it holds now. */
    public record PoolReading(
            PoolCounters counters,
            LongSupplier budgetBytes,
            LongSupplier allocatedBytes,
            LongSupplier inUseBytes,
            LongSupplier openLeases,
            LongSupplier waiting) {}
}
