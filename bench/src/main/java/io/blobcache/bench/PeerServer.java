package io.blobcache.bench;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.server.MeshServer;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * Our own end of {@code bench/run peer-throughput}: the server of the mesh over a memory tier that has the whole file.
 * {@code PeerServer FILE} prints its port and serves until its standard input ends.
 */
final class PeerServer {
    private static final long MEMORY_BYTES = 192L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private PeerServer() {}

    public static void main(String[] arguments) throws IOException {
        ServedBlob served = ServedBlob.of(Path.of(arguments[0]));
        ReadCounters counters = new ReadCounters();
        try (BufferPool pool = new BufferPool(MEMORY_BYTES + (64 << 20));
                MemoryTier memory = new MemoryTier(MEMORY_BYTES, new TierCounters(), Wanted.NOTHING)) {
            List<BlockTier> tiers = List.of(memory);
            SingleFlight flights = new SingleFlight(
                    tiers,
                    served.source(),
                    Peers.NONE,
                    new RefusedBlobs(counters),
                    pool,
                    counters,
                    Executors.newVirtualThreadPerTaskExecutor(),
                    32,
                    PATIENCE,
                    PATIENCE,
                    System::nanoTime);
            try (MeshServer server = MeshServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    MeshConfig.DEFAULT,
                    MeshCredentials.plaintext(),
                    served.source().identity(),
                    BlockSize.DEFAULT,
                    new BlockLoans(tiers, flights, pool, PATIENCE),
                    new LendingCounters())) {
                Announcement.untilInputEnds(server.port());
            }
        }
    }
}
