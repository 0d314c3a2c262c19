package io.blobcache.bench;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.ConfigLoader;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.Mesh;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.server.MeshServer;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Our own end of {@code bench/run peer-throughput}: the server of the mesh over a memory tier that has the whole file.
 * {@code PeerServer FILE} prints its port and serves until its standard input ends.
 */
final class PeerServer {
    private static final long MEMORY_BYTES = 192L << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private PeerServer() {}

    /** On a port that the system chooses. */
    private static MeshConfig config() {
        return ConfigLoader.parse("server", "mesh: {members: members.yaml, self: server, listen: '127.0.0.1:0'}")
                .mesh();
    }

    public static void main(String[] arguments) throws IOException {
        ServedBlob served = ServedBlob.of(Path.of(arguments[0]));
        ReadCounters counters = new ReadCounters();
        try (BufferPool pool = new BufferPool(MEMORY_BYTES + (64 << 20));
                MemoryTier memory = new MemoryTier(MEMORY_BYTES, new TierCounters(), Wanted.NOTHING)) {
            List<BlockTier> tiers = List.of(memory);
            ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
            Path state = Files.createTempDirectory("blobcache-peer");
            ContentStore store = ContentStore.open(state, 1 << 20, () -> 0, new StoreCounters());
            Mesh mesh = Mesh.open(
                    config(),
                    MeshCredentials.plaintext(),
                    BlockSize.DEFAULT,
                    pool,
                    threads,
                    Members.NONE,
                    new PeerCounters(),
                    store);
            Source source = mesh.withStored(served.source());
            SingleFlight flights = new SingleFlight(
                    tiers,
                    source,
                    Peers.NONE,
                    new RefusedBlobs(counters),
                    pool,
                    counters,
                    threads,
                    32,
                    PATIENCE,
                    PATIENCE,
                    System::nanoTime);
            TieredReader reader = new TieredReader(tiers, flights, counters, PATIENCE);
            try (ContentService content = mesh.content(
                            source,
                            List.of(SourceMount.whole(served.address())),
                            reader,
                            new StoreCounters(),
                            "benchmark");
                    MeshServer server = mesh.serve(
                            source, new BlockLoans(tiers, flights, pool, PATIENCE), new LendingCounters(), content)) {
                Announcement.untilInputEnds(server.port());
            }
            mesh.close();
            Files.delete(state);
        }
    }
}
