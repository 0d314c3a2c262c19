package io.blobcache.node.metrics;

import java.util.List;

/**
 * Every metric of an agent, defined once with its unit and meaning. Base units; a counter ends in {@code _total}; no
 * label holds a path, a digest or a pod, so that the number of series is bounded by this list.
 */
public enum Metric {
    READS(
            Kind.COUNTER,
            "blobcache_reads_total",
            "Block reads by the tier that was asked. memory and disk: hit or miss; source: hit for a fetch that"
                    + " brought the block, error for one that failed. Reads through passthrough do not pass the agent"
                    + " and are not in it.",
            "tier",
            "result"),
    READ_BYTES(
            Kind.COUNTER,
            "blobcache_read_bytes_total",
            "Bytes given to readers, by the tier that had them. Without passthrough reads.",
            "tier"),
    FUSE_REQUEST_DURATION(
            Kind.HISTOGRAM,
            "blobcache_fuse_request_duration_seconds",
            "From a request's arrival out of the kernel to its answer, by operation.",
            "op"),
    FUSE_REQUEST_ERRORS(
            Kind.COUNTER,
            "blobcache_fuse_request_errors_total",
            "Requests answered with an error, by operation. A lookup of a missing name is one.",
            "op"),
    SOURCE_REQUESTS(
            Kind.COUNTER,
            "blobcache_source_requests_total",
            "Requests to the source by answer: an HTTP status, ok, or a word for what never answered.",
            "source",
            "code"),
    SOURCE_READ_BYTES(
            Kind.COUNTER,
            "blobcache_source_read_bytes_total",
            "Bytes of content that arrived from the source, also of attempts that failed later.",
            "source"),
    SOURCE_RETRIES(
            Kind.COUNTER, "blobcache_source_retries_total", "Requests that were made a second time or more.", "source"),
    SOURCE_CORRUPT(
            Kind.COUNTER,
            "blobcache_source_corrupt_total",
            "Times that the whole content of a file was not that of the digest in its manifest. The reader gets EIO."),
    COALESCED_READS(
            Kind.COUNTER, "blobcache_coalesced_reads_total", "Reads that joined a fetch which another read had begun."),
    PREFETCH_BYTES(
            Kind.COUNTER,
            "blobcache_prefetch_bytes_total",
            "Bytes fetched ahead of a reader, by what became of them: used, counted at a block's first read, or wasted: the"
                    + " block left memory and disk unread, or 4096 others were fetched ahead since. Passthrough reads"
                    + " are not seen.",
            "result"),
    PREFETCHED_BYTES(
            Kind.COUNTER,
            "blobcache_prefetch_fetched_bytes_total",
            "Bytes fetched ahead of a reader, whatever became of them."),
    PREFETCH_CANCELLED(
            Kind.COUNTER,
            "blobcache_prefetch_cancelled_total",
            "Times that something was still to be fetched ahead and was given up: seek, the reader went elsewhere; close,"
                    + " it closed the file; memory, there was none to spare; failed, the source failed.",
            "reason"),
    PREFETCH_WINDOW(
            Kind.GAUGE,
            "blobcache_prefetch_window_bytes",
            "How far ahead blocks are being fetched, added up over all readers of open files."),
    PREFETCH_LARGEST_WINDOW(
            Kind.GAUGE,
            "blobcache_prefetch_largest_window_bytes",
            "The farthest ahead of one reader that blocks were fetched since the start."),
    PREFETCH_UNREAD(
            Kind.GAUGE,
            "blobcache_prefetch_unread_bytes",
            "Bytes that were fetched ahead and are neither used nor wasted yet."),
    PASSTHROUGH_OPENS(
            Kind.COUNTER,
            "blobcache_passthrough_opens_total",
            "Opens whose reads the kernel serves from the local file itself."),
    FILLS(
            Kind.COUNTER,
            "blobcache_fills_total",
            "Blocks offered to a tier: taken, or declined because it was full or busy.",
            "tier",
            "result"),
    EVICTED_BYTES(
            Kind.COUNTER,
            "blobcache_evicted_bytes_total",
            "Bytes removed from a tier: for space, or for age (disk.ttl).",
            "tier",
            "reason"),
    CORRUPT_BLOCKS(
            Kind.COUNTER,
            "blobcache_corrupt_blocks_total",
            "Blocks whose bytes did not match their checksum: dropped and fetched again, never served.",
            "tier"),
    DEVICE_ERRORS(
            Kind.COUNTER,
            "blobcache_device_errors_total",
            "Failed calls of the device below a tier, and seconds in which a call did not come back; the tier is"
                    + " bypassed while they last.",
            "tier"),
    LATE_READS(
            Kind.COUNTER,
            "blobcache_late_reads_total",
            "Block reads that went on to the source because the tier has the block and did not give it in time.",
            "tier"),
    TIER_CAPACITY(Kind.GAUGE, "blobcache_tier_capacity_bytes", "Bytes that a tier may hold now.", "tier"),
    TIER_USED(Kind.GAUGE, "blobcache_tier_used_bytes", "Bytes that a tier holds.", "tier"),
    POOL_BUDGET(Kind.GAUGE, "blobcache_buffer_pool_budget_bytes", "Upper limit of all buffers together."),
    POOL_ALLOCATED(Kind.GAUGE, "blobcache_buffer_pool_allocated_bytes", "Buffers taken from the system."),
    POOL_IN_USE(Kind.GAUGE, "blobcache_buffer_pool_in_use_bytes", "Buffers that somebody holds."),
    POOL_LEASES(
            Kind.GAUGE,
            "blobcache_buffer_pool_leases",
            "Buffers leased now; not back to what the memory tier keeps when all is at rest means a leak."),
    MOUNT_HEALTHY(Kind.GAUGE, "blobcache_mount_healthy", "1 while the mount answers, otherwise 0."),
    BUILD_INFO(Kind.GAUGE, "blobcache_build_info", "Always 1; the label is the agent's version.", "version");

    /** How Prometheus treats it. */
    public enum Kind {
        COUNTER,
        GAUGE,
        HISTOGRAM
    }

    private final Kind kind;
    private final String exposedName;
    private final String meaning;

    @SuppressWarnings("ImmutableEnumChecker") // List.of makes it immutable.
    private final List<String> labels;

    Metric(Kind kind, String exposedName, String meaning, String... labels) {
        this.kind = kind;
        this.exposedName = exposedName;
        this.meaning = meaning;
        this.labels = List.of(labels);
    }

    public Kind kind() {
        return kind;
    }

    /** The name as Prometheus sees it. */
    public String exposedName() {
        return exposedName;
    }

    public String meaning() {
        return meaning;
    }

    public List<String> labels() {
        return labels;
    }

    /** The name as Micrometer wants it: it adds {@code _total} itself. */
    String meterName() {
        String suffix = kind == Kind.COUNTER ? "_total" : "";
        return exposedName.substring(0, exposedName.length() - suffix.length()).replace('_', '.');
    }
}
