package io.blobcache.node.tier.disk;

import io.blobcache.node.metrics.TierCounters;

/** What the parts of the disk tier share. */
record DiskParts(
        StateDirectory directory,
        DiskBlobs blobs,
        DiskSpace space,
        Inventory inventory,
        Ranking ranking,
        DiskHealth health,
        TierCounters counters,
        long session) {}
