package io.blobcache.node.metrics;

import java.util.List;

/**
 * Every metric of an agent, defined once with its unit and meaning. Base units; a counter ends in {@code _total}; no
 * label holds a path, a digest or a pod, so that the number of series is bounded by this list. What every process has is named as everywhere.
 */
public enum Metric {
    READS(
            Kind.COUNTER,
            "blobcache_reads_total",
            "Block reads that ended, by each tier that was asked. memory, disk and peer: hit or miss; source: hit for a read"
                    + " that a fetch served, of its own or one that it joined, error for one that got no bytes (memory"
                    + " and disk then count no miss). Each read counts once in each tier. Reads through passthrough"
                    + " never pass through the agent and are not in it.",
            "tier",
            "result"),
    READ_BYTES(
            Kind.COUNTER,
            "blobcache_read_bytes_total",
            "Bytes given to readers, by the tier that had them. Without passthrough reads, which never pass through"
                    + " the agent.",
            "tier"),
    READ_DURATION(
            Kind.HISTOGRAM,
            "blobcache_read_duration_seconds",
            "Time of a block read in the tier that served it: memory and disk with the look into the tiers above it,"
                    + " source from the wish to the arrival of the bytes that were wanted. Without passthrough reads.",
            "tier"),
    FUSE_REQUEST_DURATION(
            Kind.HISTOGRAM,
            "blobcache_fuse_request_duration_seconds",
            "From a request's arrival out of the kernel to its answer, by operation. Its _count is the number of"
                    + " requests.",
            "op"),
    FUSE_REQUEST_ERRORS(
            Kind.COUNTER,
            "blobcache_fuse_request_errors_total",
            "Requests answered with an error, by operation. A lookup of a missing name is one.",
            "op"),
    SOURCE_REQUESTS(
            Kind.COUNTER,
            "blobcache_source_requests_total",
            "Requests to the source by answer: an HTTP status, ok, or a word for what never answered. The label source is"
                    + " its path below the mount; of one that is the whole mount its kind (s3, http, directory).",
            "source",
            "code"),
    SOURCE_READ_BYTES(
            Kind.COUNTER,
            "blobcache_source_read_bytes_total",
            "Bytes of content that arrived from the source, also of attempts that failed later.",
            "source"),
    SOURCE_RETRIES(
            Kind.COUNTER, "blobcache_source_retries_total", "Requests that were made a second time or more.", "source"),
    SOURCE_REACHABLE(
            Kind.GAUGE,
            "blobcache_source_reachable",
            "Whether the source gave its last answer: 1 or 0. One that did not is asked every ten seconds.",
            "source"),
    SOURCE_CORRUPT(
            Kind.COUNTER,
            "blobcache_source_corrupt_total",
            "Times that the whole content of a file was not that of the digest in its manifest. The reader gets EIO."),
    SOURCE_OUTAGES(
            Kind.COUNTER,
            "blobcache_source_outages_total",
            "Times that the source could no longer be asked for names."),
    FETCHES(
            Kind.COUNTER,
            "blobcache_fetches_total",
            "Fetches of a block from the source, for readers and ahead of them: begun, and failed of those or before.",
            "result"),
    FETCH_DURATION(
            Kind.HISTOGRAM,
            "blobcache_fetch_duration_seconds",
            "Time to bring a whole block from the source, retries included; of fetches that brought it."),
    COALESCED_READS(
            Kind.COUNTER, "blobcache_coalesced_reads_total", "Reads that joined a fetch which another read had begun."),
    PREFETCH_BYTES(
            Kind.COUNTER,
            "blobcache_prefetch_bytes_total",
            "Bytes fetched ahead of a reader, by what became of them: used, counted at a block's first read, or wasted: the"
                    + " block left memory and disk unread, its reader went elsewhere and nobody read it for 10 minutes,"
                    + " nobody did for an hour, or 4096 others were fetched ahead since. A read after that counts as"
                    + " neither. Passthrough reads are not seen.",
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
            "Opens whose reads the kernel serves from the local file itself. Those reads never pass through the agent:"
                    + " no other metric has them."),
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
    PAGE_ADVICE(
            Kind.COUNTER,
            "blobcache_page_advice_total",
            "Times that the kernel was told how a file of the disk tier is read (posix_fadvise), by the advice.",
            "advice"),
    TIER_CAPACITY(Kind.GAUGE, "blobcache_tier_capacity_bytes", "Bytes that a tier may hold now.", "tier"),
    TIER_USED(Kind.GAUGE, "blobcache_tier_used_bytes", "Bytes that a tier holds.", "tier"),
    TIER_STATE(
            Kind.GAUGE,
            "blobcache_tier_state",
            "1 for the state that a tier is in, 0 for the others: normal, unstable (it takes no new blocks), down (it is"
                    + " bypassed).",
            "tier",
            "state"),
    POOL_BUDGET(Kind.GAUGE, "blobcache_buffer_pool_budget_bytes", "Upper limit of all buffers together."),
    POOL_ALLOCATED(Kind.GAUGE, "blobcache_buffer_pool_allocated_bytes", "Buffers taken from the system."),
    POOL_IN_USE(Kind.GAUGE, "blobcache_buffer_pool_in_use_bytes", "Buffers that somebody holds."),
    POOL_LEASES(
            Kind.GAUGE,
            "blobcache_buffer_pool_leases",
            "Buffers leased now; not back to what the memory tier keeps when all is at rest means a leak."),
    POOL_WAITING(Kind.GAUGE, "blobcache_buffer_pool_waiting", "Those who wait for a buffer now."),
    POOL_WAITS(
            Kind.COUNTER,
            "blobcache_buffer_pool_waits_total",
            "Wishes that found no buffer because all of the budget is in use: served after a wait, timeout after a wait"
                    + " in vain (the read fails, or goes on from another tier), or skipped by a prefetch, which does not"
                    + " wait.",
            "result"),
    POOL_WAIT_SECONDS(
            Kind.COUNTER, "blobcache_buffer_pool_wait_seconds_total", "Time of all waits for a buffer together."),
    NAME_REQUESTS(
            Kind.COUNTER,
            "blobcache_name_requests_total",
            "Questions to the source about names: pages of listings, and attributes of single paths.",
            "kind"),
    LISTINGS_AHEAD(
            Kind.COUNTER,
            "blobcache_listings_ahead_total",
            "Listings begun for a reader that walks a tree, before it asked."),
    LISTINGS_EVICTED(Kind.COUNTER, "blobcache_evicted_listings_total", "Listings removed for space."),
    LISTING_FAULTS(
            Kind.COUNTER,
            "blobcache_listing_faults_total",
            "Listings that did not arrive in the order that the source promises (unordered), and looks into a kept one"
                    + " that its disk did not answer (unreadable).",
            "reason"),
    STALE_ANSWERS(
            Kind.COUNTER,
            "blobcache_stale_answers_total",
            "Names and attributes answered from what was known because the source could not be reached."),
    HIDDEN_ENTRIES(
            Kind.COUNTER,
            "blobcache_hidden_entries_total",
            "Entries of the source that are not shown, each time they are listed: no file can be so (impossible), or a"
                    + " directory has the same name (shadowed).",
            "reason"),
    INODE_COLLISIONS(
            Kind.COUNTER,
            "blobcache_inode_collisions_total",
            "Names refused because another one has their inode number. Expected never."),
    PEER_REQUESTS(
            Kind.COUNTER,
            "blobcache_peer_requests_total",
            "Requests for a block to a peer: here, it gave the block; busy or absent, it said so; failed, no answer or"
                    + " none that helps; lied, its bytes were not those of their digest and were not used.",
            "result"),
    PEER_REQUEST_DURATION(
            Kind.HISTOGRAM,
            "blobcache_peer_request_duration_seconds",
            "Time of a request to a peer that brought a block, a fetch by that peer included."),
    PEER_HEDGES(
            Kind.COUNTER,
            "blobcache_peer_hedges_total",
            "Second requests because a first took long, by whether the second was faster.",
            "won"),
    PEER_RECEIVED_BYTES(
            Kind.COUNTER, "blobcache_peer_received_bytes_total", "Bytes of verified blocks that peers gave."),
    LOANS(
            Kind.COUNTER,
            "blobcache_peer_loans_total",
            "Requests of peers for a block, by answer: lent, busy, absent, failed.",
            "result"),
    LENT_BYTES(Kind.COUNTER, "blobcache_peer_lent_bytes_total", "Bytes of blocks sent to peers."),
    MESH_MEMBERS(Kind.GAUGE, "blobcache_mesh_members", "Members of the mesh, this agent included; 0 without a mesh."),
    PEERS_QUARANTINED(
            Kind.GAUGE,
            "blobcache_peers_quarantined",
            "Peers that sent wrong bytes three times and are not asked for 10 minutes."),
    PEERS_FAILING(
            Kind.GAUGE,
            "blobcache_peers_failing",
            "Peers that failed three times in a row and are left alone for a while."),
    STORES(
            Kind.COUNTER,
            "blobcache_stores_total",
            "Contents that clients and peers sent to be stored: stored, known (it was stored before), failed.",
            "result"),
    STORED_CONTENT_BYTES(Kind.COUNTER, "blobcache_stored_content_bytes_total", "Bytes of contents that were stored."),
    DAMAGED_CONTENTS(
            Kind.COUNTER,
            "blobcache_damaged_contents_total",
            "Stored contents whose bytes were no longer those of their digest: put aside, never served."),
    REPLICATIONS(
            Kind.COUNTER,
            "blobcache_store_replications_total",
            "Attempts to bring a stored content to its owner: done, failed (it is tried again), and contents that were"
                    + " abandoned after the last attempt and are on this agent only.",
            "result"),
    CONTENT_REQUESTS(
            Kind.COUNTER,
            "blobcache_content_requests_total",
            "Requests for stored content, by answer: served, absent, busy (too much is being sent or stored).",
            "result"),
    SERVED_CONTENT_BYTES(
            Kind.COUNTER, "blobcache_served_content_bytes_total", "Bytes of stored content sent to clients."),
    STORE_CAPACITY(Kind.GAUGE, "blobcache_store_capacity_bytes", "Bytes of content that may be stored here."),
    STORE_USED(Kind.GAUGE, "blobcache_store_used_bytes", "Bytes of stored content, uploads under way included."),
    STORE_CONTENTS(Kind.GAUGE, "blobcache_store_contents", "Contents that are stored here."),
    STORE_WAITING(
            Kind.GAUGE,
            "blobcache_store_waiting_replications",
            "Contents whose owner does not have them yet and is asked again."),
    WARMUP_FETCHED_BYTES(
            Kind.COUNTER,
            "blobcache_warmup_fetched_bytes_total",
            "Bytes that warmups brought into the disk tier. What was there already is not in it."),
    WARMUP_FILES(
            Kind.COUNTER,
            "blobcache_warmup_files_total",
            "Files of warmups by what became of this agent's part of them: done, it is there; failed, it was given up after"
                    + " the last attempt. A run of which nothing can be done, as one that does not fit, counts one failure;"
                    + " one that begins anew because members came or went counts its files anew.",
            "result"),
    WARMUPS_RUNNING(Kind.GAUGE, "blobcache_warmups_running", "Warmups that this agent is not through with."),
    CERTIFICATE_EXPIRY(
            Kind.GAUGE,
            "blobcache_mesh_certificate_expiry_timestamp_seconds",
            "When the certificate that this agent shows its peers runs out, since 1970; 0 without TLS."),
    MOUNT_HEALTHY(Kind.GAUGE, "blobcache_mount_healthy", "1 while the mount answers, otherwise 0."),
    BUILD_INFO(Kind.GAUGE, "blobcache_build_info", "Always 1; the label is the agent's version.", "version"),
    PROCESS_CPU(Kind.COUNTER, "process_cpu_seconds_total", "Processor time of the agent, user and system."),
    PROCESS_RESIDENT(
            Kind.GAUGE, "process_resident_memory_bytes", "Memory of the agent that is in RAM, buffers included."),
    PROCESS_VIRTUAL(Kind.GAUGE, "process_virtual_memory_bytes", "Address space of the agent."),
    PROCESS_OPEN_FILES(Kind.GAUGE, "process_open_fds", "Open file descriptors."),
    PROCESS_MAX_FILES(Kind.GAUGE, "process_max_fds", "Most file descriptors that may be open."),
    PROCESS_START(Kind.GAUGE, "process_start_time_seconds", "When the agent's process began, since 1970."),
    JVM_MEMORY_USED(
            Kind.GAUGE,
            "jvm_memory_used_bytes",
            "Java's memory in use, by area: heap, or nonheap (classes, code).",
            "area"),
    JVM_MEMORY_COMMITTED(
            Kind.GAUGE, "jvm_memory_committed_bytes", "Java's memory taken from the system, by area.", "area"),
    JVM_MEMORY_MAX(Kind.GAUGE, "jvm_memory_max_bytes", "Upper limit of Java's memory by area; -1 for none.", "area"),
    JVM_COLLECTIONS(Kind.COUNTER, "jvm_gc_collections_total", "Garbage collections."),
    JVM_COLLECTION_SECONDS(
            Kind.COUNTER,
            "jvm_gc_collection_seconds_total",
            "Time in garbage collections, in which the agent stands still."),
    JVM_THREADS(Kind.GAUGE, "jvm_threads_current", "Threads of Java, without virtual ones.");

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
