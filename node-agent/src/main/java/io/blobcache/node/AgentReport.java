package io.blobcache.node;

import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.fuse.FuseMount;
import io.blobcache.node.metrics.AgentCounters;
import io.blobcache.node.metrics.AgentCounters.MeshReading;
import io.blobcache.node.metrics.AgentCounters.PoolReading;
import io.blobcache.node.metrics.AgentCounters.TierReading;
import io.blobcache.node.metrics.AgentCounters.WarmupReading;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.tier.disk.DiskStatistics;
import io.blobcache.node.tier.disk.DiskTier;
import io.blobcache.node.tier.memory.MemoryTier;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** What an agent says of itself, gathered from its layers. */
final class AgentReport {
    static final String VERSION = version();

    private final MountSpec spec;
    private final AgentConfig config;
    private final Counters counters;
    private final BufferPool pool;
    private final MemoryTier memory;
    private final @Nullable DiskTier disk;
    private final FuseMount mount;
    private final SourceLayer sources;
    private final MeshLayer mesh;
    private final WarmupLayer warmups;
    private final long startedNanos = System.nanoTime();
    private volatile int adminPort;

    AgentReport(
            MountSpec spec,
            AgentConfig config,
            Counters counters,
            BufferPool pool,
            MemoryTier memory,
            @Nullable DiskTier disk,
            FuseMount mount,
            SourceLayer sources,
            MeshLayer mesh,
            WarmupLayer warmups) {
        this.spec = spec;
        this.config = config;
        this.counters = counters;
        this.pool = pool;
        this.memory = memory;
        this.disk = disk;
        this.mount = mount;
        this.sources = sources;
        this.mesh = mesh;
        this.warmups = warmups;
    }

    /** Known once the endpoint listens, which needs this report first. */
    void adminPort(int port) {
        adminPort = port;
    }

    AgentCounters counters() {
        Map<String, TierReading> tiers = new LinkedHashMap<>();
        tiers.put("memory", new TierReading(counters.memory, memory::capacityBytes, memory::usedBytes, () -> "normal"));
        DiskTier onDisk = disk;
        if (onDisk != null) {
            tiers.put(
                    "disk",
                    new TierReading(
                            counters.disk,
                            () -> onDisk.statistics().capacityBytes(),
                            () -> onDisk.statistics().usedBytes(),
                            () -> onDisk.statistics().state()));
        }
        return new AgentCounters(
                VERSION,
                sources.readings(),
                tiers,
                counters.reads,
                counters.names,
                counters.fuse,
                new PoolReading(
                        counters.pool,
                        pool::budgetBytes,
                        pool::allocatedBytes,
                        pool::inUseBytes,
                        pool::openLeases,
                        pool::waiting),
                mesh.reading(counters),
                new WarmupReading(counters.warmups, warmups::running),
                mount::serving);
    }

    AgentStatus status() {
        ReadCounters reads = counters.reads;
        DiskStatistics onDisk = disk == null ? null : disk.statistics();
        List<AgentStatus.Source> each = sources.status();
        return new AgentStatus(
                VERSION,
                ProcessHandle.current().pid(),
                Duration.ofNanos(System.nanoTime() - startedNanos),
                sources.source().name(),
                each,
                spec.directory().toString(),
                spec.state().toString(),
                mount.serving(),
                health(onDisk),
                adminPort,
                mount.transport(),
                config.fuse().passthrough() && mount.hasPassthrough() && disk != null,
                reads.passthroughOpens.sum(),
                tiers(onDisk),
                new AgentStatus.FromSource(
                        reads.fetches.sum(),
                        reads.failedFetches.sum(),
                        sum(each, AgentStatus.Source::requests),
                        sum(each, AgentStatus.Source::retries),
                        sum(each, AgentStatus.Source::receivedBytes),
                        reads.bySource.readBytes.sum(),
                        reads.coalesced.sum()),
                mesh(),
                new AgentStatus.Prefetch(
                        reads.prefetchedBytes.sum(), reads.prefetchUsedBytes.sum(), reads.prefetchWastedBytes.sum()),
                new AgentStatus.Buffers(pool.budgetBytes(), pool.allocatedBytes(), pool.inUseBytes()),
                warmups.status());
    }

    private AgentStatus.Mesh mesh() {
        MeshReading reading = mesh.reading(counters);
        return new AgentStatus.Mesh(
                mesh.port(),
                reading.members().getAsLong(),
                reading.failing().getAsLong(),
                reading.quarantined().getAsLong(),
                counters.reads.byPeer.reads.sum(),
                counters.reads.peerMisses.sum(),
                counters.reads.byPeer.readBytes.sum(),
                counters.peers.receivedBytes.sum(),
                counters.loans.lentBytes.sum());
    }

    private String health(@Nullable DiskStatistics onDisk) {
        if (!mount.serving()) {
            return "the mount is gone";
        }
        if (onDisk != null && !onDisk.reason().isEmpty()) {
            return onDisk.reason();
        }
        String failures = sources.failures();
        return failures.isEmpty() ? "ok" : "source fails: " + failures;
    }

    private List<AgentStatus.Tier> tiers(@Nullable DiskStatistics onDisk) {
        List<AgentStatus.Tier> tiers = new ArrayList<>();
        tiers.add(tier("memory", "ok", memory.capacityBytes(), memory.usedBytes(), counters.memory));
        if (onDisk == null) {
            tiers.add(tier("disk", "off", 0, 0, counters.disk));
        } else {
            String condition = onDisk.reason().isEmpty() ? "ok" : onDisk.reason();
            tiers.add(tier("disk", condition, onDisk.capacityBytes(), onDisk.usedBytes(), counters.disk));
        }
        return tiers;
    }

    private static AgentStatus.Tier tier(
            String name, String condition, long capacityBytes, long usedBytes, TierCounters counted) {
        return new AgentStatus.Tier(
                name,
                condition,
                capacityBytes,
                usedBytes,
                counted.hits.sum(),
                counted.misses.sum(),
                counted.readBytes.sum(),
                counted.evictedForSpaceBytes.sum() + counted.evictedForAgeBytes.sum(),
                counted.corruptBlocks.sum());
    }

    private static long sum(List<AgentStatus.Source> each, ToLongFunction<AgentStatus.Source> figure) {
        return each.stream().mapToLong(figure).sum();
    }

    private static String version() {
        String version = NodeAgent.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
