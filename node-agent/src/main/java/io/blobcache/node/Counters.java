package io.blobcache.node;

import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.NameCounters;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.metrics.PoolCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.metrics.WarmupCounters;

/** One of each for an agent. */
final class Counters {
    final TierCounters memory = new TierCounters();
    final TierCounters disk = new TierCounters();
    final ReadCounters reads = new ReadCounters();
    final NameCounters names = new NameCounters();
    final PoolCounters pool = new PoolCounters();
    final PeerCounters peers = new PeerCounters();
    final LendingCounters loans = new LendingCounters();
    final StoreCounters store = new StoreCounters();
    final WarmupCounters warmups = new WarmupCounters();
    final FuseCounters fuse = new FuseCounters();
}
