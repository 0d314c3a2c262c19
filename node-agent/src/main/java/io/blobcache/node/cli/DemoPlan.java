package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.DiskConfig;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.config.MemoryConfig;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the demo serves and in which order it reads it.
 *
 * @param lengths bytes of each object
 */
record DemoPlan(Map<String, Long> lengths, List<Step> steps) {

    /**
     * One reading of all objects.
     *
     * @param mountAnew  whether it begins with an agent of its own; otherwise that of the step before goes on
     * @param forgetDisk whether the disk tier starts empty
     * @param maxBytes   objects longer than this are left out
     * @param timedAgain whether the throughput is that of a second reading without checksums; the first reading of a
     *                   cold cache cannot be had twice
     */
    record Step(
            String what,
            AgentConfig config,
            boolean mountAnew,
            boolean forgetDisk,
            long maxBytes,
            boolean timedAgain) {}

    /** Two models and a data set: 324 MiB, a second of reading or two for each step. */
    static DemoPlan full() {
        return of(256L << 20, 64L << 20, 1000);
    }

    /** The same with little of everything: what a start of the virtual machine is recorded with: enough
     * requests for its profile to know which code is hot. */
    static DemoPlan small() {
        return of(64L << 20, 16L << 20, 200);
    }

    private static DemoPlan of(long firstBytes, long secondBytes, int smallFiles) {
        Map<String, Long> lengths = new TreeMap<>();
        lengths.put("models/large.safetensors", firstBytes);
        lengths.put("models/small.safetensors", secondBytes);
        for (int i = 0; i < smallFiles; i++) {
            // From 1 to 8 KiB, and no multiple of a page.
            lengths.put("dataset/%05d.json".formatted(i), 1024L + (i * 37L) % 7168);
        }
        return new DemoPlan(lengths, inOrder());
    }

    private static List<Step> inOrder() {
        AgentConfig defaults = AgentConfig.DEFAULT;
        AgentConfig noMemory =
                with(new MemoryConfig(defaults.memory().budgetBytes(), 0, false), copying(), defaults.disk());
        AgentConfig noDisk = with(new MemoryConfig(192L << 20, 128L << 20, false), copying(), withoutDisk());
        return List.of(
                new Step("cold, from the source", defaults, true, true, Long.MAX_VALUE, false),
                new Step("warm, same mount", defaults, false, false, Long.MAX_VALUE, true),
                new Step("after a remount", defaults, true, false, Long.MAX_VALUE, true),
                new Step("disk tier, no passthrough", noMemory, true, false, Long.MAX_VALUE, true),
                new Step("memory tier, no disk", noDisk, true, true, 64L << 20, true));
    }

    private static AgentConfig with(MemoryConfig memory, FuseConfig fuse, DiskConfig disk) {
        AgentConfig defaults = AgentConfig.DEFAULT;
        return new AgentConfig(
                defaults.blockSize(),
                defaults.mount(),
                defaults.sources(),
                fuse,
                memory,
                disk,
                defaults.prefetch(),
                defaults.source(),
                defaults.mesh(),
                defaults.listing(),
                defaults.admin(),
                defaults.kubernetes());
    }

    private static FuseConfig copying() {
        FuseConfig defaults = FuseConfig.DEFAULT;
        return new FuseConfig(
                defaults.transport(),
                false,
                defaults.passthroughMinBytes(),
                defaults.readerThreads(),
                defaults.maxReadBytes(),
                defaults.readAheadBytes(),
                defaults.maxBackground(),
                defaults.congestionThreshold(),
                defaults.readdirplus(),
                defaults.cacheSymlinks(),
                defaults.asyncRead(),
                defaults.entryTimeout(),
                defaults.attributeTimeout(),
                defaults.negativeTimeout(),
                defaults.readDeadline());
    }

    private static DiskConfig withoutDisk() {
        DiskConfig defaults = DiskConfig.DEFAULT;
        return new DiskConfig(
                false,
                defaults.quotaBytes(),
                defaults.highWatermarkPercent(),
                defaults.lowWatermarkPercent(),
                defaults.minFreePercent(),
                defaults.ttl(),
                defaults.integrity(),
                defaults.scrubPeriod(),
                defaults.writers(),
                defaults.fadvise(),
                defaults.dropBehindBytes());
    }
}
