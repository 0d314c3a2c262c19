package io.blobcache.node.tier.disk;

import io.blobcache.node.metrics.TierCounters;
import java.time.InstantSource;

/** What the parts of the disk tier share. */
record DiskParts(
        StateDirectory directory,
        DiskBlobs blobs,
        DiskSpace space,
        Inventory inventory,
        Ranking ranking,
        DiskHealth health,
        TierCounters counters,
        InstantSource clock,
        Session session) {}
