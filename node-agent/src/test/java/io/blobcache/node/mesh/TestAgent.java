package io.blobcache.node.mesh;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.Changed;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.config.WatchedFile;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.server.MeshServer;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/** An agent without a mount and a disk: memory, single flight, a source, and its place in the mesh over real sockets. */
public final class TestAgent implements AutoCloseable {
    private static final SourceAddress ADDRESS = new SourceAddress.S3("bucket", "", null, null, false);
    static final BlockSize BLOCK_SIZE = new BlockSize(1 << 20);
    private static final String TEMPORARY = "blobcache-agent";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    public final PeerCounters asked = new PeerCounters();
    public final LendingCounters lent = new LendingCounters();
    public final ReadCounters reads = new ReadCounters();
    public final StoreCounters stored = new StoreCounters();
    private final String id;
    private final Path state;
    private final ContentStore store;
    private final ContentService content;
    private final BufferPool pool = new BufferPool(64 << 20);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final MemoryTier memory;
    private final Mesh mesh;
    private final MeshServer server;
    private final TieredReader reader;

    TestAgent(String id, Source source) {
        this(id, source, MeshConfig.DEFAULT);
    }

    TestAgent(String id, Source source, MeshConfig template) {
        this(id, source, template, temporary());
    }

    public TestAgent(String id, Source declared, MeshConfig template, Path state) {
        this(id, declared, template, state, WatchedFile.PERIOD);
    }

    /** @param certificatePeriod between two looks at the certificate's files */
    TestAgent(String id, Source declared, MeshConfig template, Path state, Duration certificatePeriod) {
        this(id, declared, template, state, certificatePeriod, InstantSource.system());
    }

    /** @param calendar by which certificates of open connections run out */
    TestAgent(
            String id,
            Source declared,
            MeshConfig template,
            Path state,
            Duration certificatePeriod,
            InstantSource calendar) {
        this.id = id;
        this.state = state;
        this.memory = new MemoryTier(32 << 20, new TierCounters(), Wanted.NOTHING);
        List<BlockTier> tiers = List.of(memory);
        try {
            this.store = ContentStore.open(state.resolve("stored"), template.maxStoredBytes(), () -> 0, stored);
            MeshConfig config = config(id, template);
            MeshCredentials credentials = MeshCredentials.open(config, certificatePeriod, calendar);
            this.mesh = Mesh.open(config, credentials, BLOCK_SIZE, pool, threads, Members.NONE, asked, store);
            Source source = mesh.withStored(declared);
            SingleFlight flights = new SingleFlight(
                    tiers,
                    source,
                    mesh.peers(),
                    new RefusedBlobs(reads),
                    pool,
                    reads,
                    threads,
                    32,
                    PATIENCE,
                    Duration.ofSeconds(1),
                    System::nanoTime);
            this.reader = new TieredReader(tiers, flights, reads, PATIENCE);
            this.content = mesh.content(source, List.of(SourceMount.whole(ADDRESS)), reader, stored, "test");
            this.server = mesh.serve(source, new BlockLoans(tiers, flights, pool, PATIENCE), lent, content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Member member() {
        return member(Member.State.READY);
    }

    Member member(Member.State state) {
        return new Member(id, "127.0.0.1", server.port(), "", Member.DEFAULT_WEIGHT, state);
    }

    void members(Member... members) {
        mesh.members(Members.of(List.of(members)));
    }

    public int port() {
        return server.port();
    }

    ContentStore store() {
        return store;
    }

    Mesh mesh() {
        return mesh;
    }

    /** Stops serving, as a process that ends. */
    void stopServing() {
        server.close();
    }

    byte[] read(Blob blob) throws BlobException {
        return read(blob, 0, Math.toIntExact(blob.lengthBytes()));
    }

    byte[] read(Blob blob, long offset, int length) throws BlobException {
        try (Arena arena = Arena.ofShared()) {
            MemorySegment into = arena.allocate(length);
            int read = reader.read(new BlobBlocks(blob, BLOCK_SIZE), offset, length, into, 0, true);
            return into.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE);
        }
    }

    @Override
    public void close() {
        server.close();
        content.close();
        mesh.close();
        threads.close();
        memory.close();
        if (pool.openLeases() != 0) {
            throw new AssertionError(id + " leaves " + pool.openLeases() + " buffers open");
        }
        pool.close();
        if (state.getFileName().toString().startsWith(TEMPORARY)) {
            delete(state);
        }
    }

    private static void delete(Path tree) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path temporary() {
        try {
            Path directory = Files.createTempDirectory(TEMPORARY);
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static MeshConfig config(String self, MeshConfig template) {
        return config(self, template, template.bulk(), template.progressTimeout());
    }

    static MeshConfig config(String self, MeshConfig template, boolean bulk, Duration progressTimeout) {
        return Changed.copy(
                template,
                "members",
                "members.yaml",
                "self",
                self,
                "listen",
                "127.0.0.1:0",
                "insecure",
                false,
                "bulk",
                bulk,
                "progressTimeout",
                progressTimeout);
    }
}
