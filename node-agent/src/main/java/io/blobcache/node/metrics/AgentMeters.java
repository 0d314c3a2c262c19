package io.blobcache.node.metrics;

import io.blobcache.node.metrics.AgentCounters.MeshReading;
import io.blobcache.node.metrics.AgentCounters.PoolReading;
import io.blobcache.node.metrics.AgentCounters.SourceReading;
import io.blobcache.node.metrics.AgentCounters.StoreReading;
import io.blobcache.node.metrics.AgentCounters.TierReading;
import io.blobcache.node.metrics.AgentCounters.WarmupReading;
import io.blobcache.node.metrics.FuseCounters.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Which counter of an agent is which metric. */
final class AgentMeters {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Meters meters;
    private final AgentCounters counters;

    AgentMeters(Meters meters, AgentCounters counters) {
        this.meters = meters;
        this.counters = counters;
    }

    void bind() {
        counters.tiers().forEach(this::tier);
        reads(counters.reads());
        counters.sources().forEach(this::source);
        names(counters.names());
        fuse(counters.fuse());
        pool(counters.pool());
        mesh(counters.mesh());
        warmups(counters.warmups());
        meters.gauge(Metric.MOUNT_HEALTHY, () -> counters.mountHealthy().getAsBoolean() ? 1 : 0);
        meters.gauge(Metric.BUILD_INFO, () -> 1, counters.version());
    }

    private void tier(String name, TierReading tier) {
        TierCounters counted = tier.counters();
        meters.count(Metric.READS, counted.hits, name, "hit");
        meters.count(Metric.READS, counted.misses, name, "miss");
        meters.count(Metric.READ_BYTES, counted.readBytes, name);
        meters.count(Metric.FILLS, counted.fills, name, "taken");
        meters.count(Metric.FILLS, counted.declines, name, "declined");
        meters.count(Metric.EVICTED_BYTES, counted.evictedForSpaceBytes, name, "space");
        meters.count(Metric.EVICTED_BYTES, counted.evictedForAgeBytes, name, "age");
        meters.count(Metric.CORRUPT_BLOCKS, counted.corruptBlocks, name);
        meters.count(Metric.DEVICE_ERRORS, counted.deviceErrors, name);
        meters.count(Metric.LATE_READS, counted.lateReads, name);
        if (name.equals("disk")) {
            advice(counted);
        }
        meters.gauge(Metric.TIER_CAPACITY, () -> tier.capacityBytes().getAsLong(), name);
        meters.gauge(Metric.TIER_USED, () -> tier.usedBytes().getAsLong(), name);
        for (String state : TierReading.STATES) {
            meters.gauge(Metric.TIER_STATE, () -> tier.state().get().equals(state) ? 1 : 0, name, state);
        }
    }

    private void advice(TierCounters counted) {
        List<String> kinds = List.of("normal", "random", "sequential", "willneed", "dontneed");
        for (int kind = 0; kind < kinds.size(); kind++) {
            meters.count(Metric.PAGE_ADVICE, counted.advice(kind), kinds.get(kind));
        }
    }

    private void reads(ReadCounters reads) {
        meters.count(Metric.READS, reads.bySource.reads, "source", "hit");
        meters.count(Metric.READS, reads.failedReads, "source", "error");
        meters.count(Metric.READ_BYTES, reads.bySource.readBytes, "source");
        meters.count(Metric.READS, reads.byPeer.reads, "peer", "hit");
        meters.count(Metric.READS, reads.peerMisses, "peer", "miss");
        meters.count(Metric.READ_BYTES, reads.byPeer.readBytes, "peer");
        Map<String, Durations> byTier = new LinkedHashMap<>();
        counters.tiers().forEach((name, tier) -> byTier.put(name, tier.counters().readDurations));
        byTier.put("peer", reads.byPeer.durations);
        byTier.put("source", reads.bySource.durations);
        meters.histogram(Metric.READ_DURATION, byTier);
        meters.count(Metric.FETCHES, reads.fetches, "begun");
        meters.count(Metric.FETCHES, reads.failedFetches, "failed");
        meters.histogram(Metric.FETCH_DURATION, reads.fetchDurations);
        meters.count(Metric.SOURCE_CORRUPT, reads.corruptBlobs);
        meters.count(Metric.COALESCED_READS, reads.coalesced);
        meters.count(Metric.PREFETCH_BYTES, reads.prefetchUsedBytes, "used");
        meters.count(Metric.PREFETCH_BYTES, reads.prefetchWastedBytes, "wasted");
        meters.count(Metric.PREFETCHED_BYTES, reads.prefetchedBytes);
        meters.count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledBySeek, "seek");
        meters.count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByClose, "close");
        meters.count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByMemory, "memory");
        meters.count(Metric.PREFETCH_CANCELLED, reads.prefetchCancelledByFailure, "failed");
        meters.gauge(Metric.PREFETCH_WINDOW, reads.prefetchWindowBytes::sum);
        meters.gauge(Metric.PREFETCH_LARGEST_WINDOW, reads.prefetchLargestWindowBytes::get);
        meters.gauge(Metric.PREFETCH_UNREAD, reads.prefetchUnreadBytes::sum);
        meters.count(Metric.PASSTHROUGH_OPENS, reads.passthroughOpens);
    }

    private void source(String label, SourceReading source) {
        meters.count(Metric.SOURCE_READ_BYTES, source.requests().readBytes, label);
        meters.count(Metric.SOURCE_RETRIES, source.requests().retries, label);
        meters.gauge(Metric.SOURCE_REACHABLE, () -> source.answers().getAsBoolean() ? 1 : 0, label);
    }

    private void names(NameCounters names) {
        meters.count(Metric.NAME_REQUESTS, names.listingPages, "listing");
        meters.count(Metric.NAME_REQUESTS, names.stats, "attributes");
        meters.count(Metric.LISTINGS_AHEAD, names.listingsAhead);
        meters.count(Metric.LISTINGS_EVICTED, names.evictedListings);
        meters.count(Metric.LISTING_FAULTS, names.unorderedListings, "unordered");
        meters.count(Metric.LISTING_FAULTS, names.unreadableListings, "unreadable");
        meters.count(Metric.STALE_ANSWERS, names.staleAnswers);
        meters.count(Metric.SOURCE_OUTAGES, names.outages);
        meters.count(Metric.HIDDEN_ENTRIES, names.hiddenEntries, "impossible");
        meters.count(Metric.HIDDEN_ENTRIES, names.shadowedFiles, "shadowed");
        meters.count(Metric.INODE_COLLISIONS, names.inodeCollisions);
    }

    private void fuse(FuseCounters fuse) {
        Map<String, Durations> byOperation = new LinkedHashMap<>();
        for (Operation operation : Operation.values()) {
            String label = operation.name().toLowerCase(Locale.ROOT);
            byOperation.put(label, fuse.durations(operation));
            meters.count(Metric.FUSE_REQUEST_ERRORS, () -> fuse.errors(operation), label);
        }
        meters.histogram(Metric.FUSE_REQUEST_DURATION, byOperation);
    }

    private void mesh(MeshReading mesh) {
        PeerCounters asked = mesh.asked();
        meters.count(Metric.PEER_REQUESTS, asked.here, "here");
        meters.count(Metric.PEER_REQUESTS, asked.busy, "busy");
        meters.count(Metric.PEER_REQUESTS, asked.notHeld, "absent");
        meters.count(Metric.PEER_REQUESTS, asked.failed, "failed");
        meters.count(Metric.PEER_REQUESTS, asked.lied, "lied");
        meters.histogram(Metric.PEER_REQUEST_DURATION, asked.durations);
        meters.count(Metric.PEER_HEDGES, asked.hedgesWon, "true");
        meters.count(Metric.PEER_HEDGES, asked.hedgesLost, "false");
        meters.count(Metric.PEER_RECEIVED_BYTES, asked.receivedBytes);
        LendingCounters lent = mesh.lent();
        meters.count(Metric.LOANS, lent.lent, "lent");
        meters.count(Metric.LOANS, lent.busy, "busy");
        meters.count(Metric.LOANS, lent.notHeld, "absent");
        meters.count(Metric.LOANS, lent.failed, "failed");
        meters.count(Metric.LENT_BYTES, lent.lentBytes);
        meters.gauge(Metric.MESH_MEMBERS, () -> mesh.members().getAsLong());
        meters.gauge(Metric.PEERS_QUARANTINED, () -> mesh.quarantined().getAsLong());
        meters.gauge(
                Metric.CERTIFICATE_EXPIRY, () -> mesh.certificateExpirySeconds().getAsLong());
        meters.gauge(Metric.PEERS_FAILING, () -> mesh.failing().getAsLong());
        stored(mesh.store());
    }

    private void stored(StoreReading store) {
        StoreCounters counters = store.counters();
        meters.count(Metric.STORES, counters.stored, "stored");
        meters.count(Metric.STORES, counters.storedAgain, "known");
        meters.count(Metric.STORES, counters.failed, "failed");
        meters.count(Metric.STORED_CONTENT_BYTES, counters.storedBytes);
        meters.count(Metric.DAMAGED_CONTENTS, counters.damaged);
        meters.count(Metric.REPLICATIONS, counters.replicated, "done");
        meters.count(Metric.REPLICATIONS, counters.replicationsFailed, "failed");
        meters.count(Metric.REPLICATIONS, counters.replicationsGivenUp, "abandoned");
        meters.count(Metric.CONTENT_REQUESTS, counters.served, "served");
        meters.count(Metric.CONTENT_REQUESTS, counters.absent, "absent");
        meters.count(Metric.CONTENT_REQUESTS, counters.busy, "busy");
        meters.count(Metric.SERVED_CONTENT_BYTES, counters.servedBytes);
        meters.gauge(Metric.STORE_CAPACITY, () -> store.maxBytes().getAsLong());
        meters.gauge(Metric.STORE_USED, () -> store.usedBytes().getAsLong());
        meters.gauge(Metric.STORE_CONTENTS, () -> store.contents().getAsLong());
        meters.gauge(Metric.STORE_WAITING, () -> store.waitingForOwner().getAsLong());
    }

    private void warmups(WarmupReading warmups) {
        meters.count(Metric.WARMUP_FETCHED_BYTES, warmups.counters().fetchedBytes);
        meters.count(Metric.WARMUP_FILES, warmups.counters().doneFiles, "done");
        meters.count(Metric.WARMUP_FILES, warmups.counters().failedFiles, "failed");
        meters.gauge(Metric.WARMUPS_RUNNING, () -> warmups.running().getAsLong());
    }

    private void pool(PoolReading pool) {
        meters.gauge(Metric.POOL_BUDGET, () -> pool.budgetBytes().getAsLong());
        meters.gauge(Metric.POOL_ALLOCATED, () -> pool.allocatedBytes().getAsLong());
        meters.gauge(Metric.POOL_IN_USE, () -> pool.inUseBytes().getAsLong());
        meters.gauge(Metric.POOL_LEASES, () -> pool.openLeases().getAsLong());
        meters.gauge(Metric.POOL_WAITING, () -> pool.waiting().getAsLong());
        meters.count(Metric.POOL_WAITS, pool.counters().served, "served");
        meters.count(Metric.POOL_WAITS, pool.counters().timedOut, "timeout");
        meters.count(Metric.POOL_WAITS, pool.counters().skipped, "skipped");
        meters.count(Metric.POOL_WAIT_SECONDS, () -> pool.counters().waitNanos.sum() / NANOS_PER_SECOND);
    }
}
