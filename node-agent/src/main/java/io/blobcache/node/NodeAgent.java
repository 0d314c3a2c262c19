package io.blobcache.node;

import io.blobcache.node.admin.AdminServer;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fs.BlobFileSystem;
import io.blobcache.node.fuse.FuseMount;
import io.blobcache.node.metrics.PrometheusText;
import io.blobcache.node.prefetch.Prefetcher;
import io.blobcache.node.prefetch.Unread;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.LocalCopies;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.RefusedBlobs;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TierFill;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.disk.DiskEnvironment;
import io.blobcache.node.tier.disk.DiskTier;
import io.blobcache.node.tier.memory.MemoryTier;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One running agent: wires the layers together by constructors, from the source up to the mount, and takes them down
 * again in the reverse order.
 */
public final class NodeAgent implements AutoCloseable {
    /** A demand for a buffer waits so long; within the 30 s that a read may take, with time left for the fetch. */
    private static final Duration BUFFER_PATIENCE = Duration.ofSeconds(10);

    /** Four attempts and this pause make at most one request a second for a block that cannot be had. */
    private static final Duration FAILURE_HOLD = Duration.ofSeconds(4);

    private static final Logger LOG = LoggerFactory.getLogger(NodeAgent.class);

    private final Layers layers = new Layers();
    private final AgentReport report;
    private final FuseMount mount;
    private final AtomicReference<AgentConfig> inForce;
    private final @Nullable DiskTier disk;

    private NodeAgent(MountSpec spec, AgentConfig config, AgentLife life) throws IOException {
        Counters counters = new Counters();
        RefusedBlobs refused = new RefusedBlobs(counters.reads);
        this.inForce = new AtomicReference<>(config);
        try {
            SourceLayer sources =
                    SourceLayer.open(spec.sources(), () -> inForce.get().source(), layers);
            Files.createDirectories(spec.state());

            BufferPool pool = layers.add(new BufferPool(
                    config.memory().budgetBytes(), config.memory().watchLeases(), counters.pool));
            Unread unread = new Unread(counters.reads, System::nanoTime);
            MemoryTier memory = layers.add(new MemoryTier(config.memory().tierBytes(), counters.memory, unread));
            this.disk = config.disk().enabled() ? disk(spec, config, pool, counters, refused) : null;
            List<BlockTier> tiers = new ArrayList<>(List.of(memory));
            if (disk != null) {
                tiers.add(disk);
            }

            ExecutorService waiting = layers.add(Executors.newVirtualThreadPerTaskExecutor());
            MeshLayer mesh = MeshLayer.open(config, spec.state(), pool, waiting, counters, layers);
            Source source = mesh.withStored(sources.source());
            SingleFlight flights =
                    flights(tiers, source, mesh.peers(), refused, pool, counters, waiting, sources.maxRequests(config));
            TieredReader reader = new TieredReader(
                    tiers, flights, counters.reads, config.fuse().readDeadline());
            BlockLoans loans = new BlockLoans(tiers, flights, pool, BUFFER_PATIENCE);
            mesh.serve(source, sources.mounts(), loans, reader, counters, layers);
            Prefetcher prefetcher = layers.add(new Prefetcher(
                    unread, flights, counters.reads, () -> inForce.get().prefetch(), System::nanoTime));
            PassthroughSwitch localCopies = new PassthroughSwitch(
                    disk == null ? LocalCopies.NONE : disk, config.fuse().passthroughMinBytes());
            BlobFileSystem fileSystem = layers.add(FileSystems.of(
                    spec.state(), inForce::get, source, reader, prefetcher, localCopies, counters, waiting));
            this.mount = layers.add(Transports.mount(spec, () -> inForce.get().fuse(), fileSystem, counters.fuse));
            localCopies.set(config.fuse().passthrough() && mount.hasPassthrough());
            WarmupLayer warmups = WarmupLayer.open(
                    inForce::get, source, new TierFill(tiers, flights), disk, mesh, counters.warmups, layers);
            this.report = new AgentReport(spec, config, counters, pool, memory, disk, mount, sources, mesh, warmups);
            PrometheusText metrics = new PrometheusText(report.counters());
            life.serves(settled(unread, report::status), settled(unread, metrics::scrape));
            if (life.port() == 0) {
                layers.add(AdminServer.start(config.admin(), life));
            }
            report.adminPort(life.port());
        } catch (IOException | RuntimeException | Error e) {
            layers.closeAfter(e);
            throw e;
        }
    }

    /**
     * Mounts and serves. When it returns the mount answers.
     *
     * @param life is told so; if nobody serves its endpoint, the agent does
     * @throws IOException with one line that says what is wrong and what to do; nothing is left mounted
     */
    public static NodeAgent start(MountSpec spec, AgentConfig config, AgentLife life) throws IOException {
        return new NodeAgent(spec, config, life);
    }

    public AgentStatus status() {
        return report.status();
    }

    /** Takes the new values of settings that may change while it runs. */
    public void reconfigure(AgentConfig config) {
        FuseConfig before = inForce.getAndSet(config).fuse();
        if (mount.transport().equals("jnr") && !before.equals(config.fuse())) {
            LOG.atWarn()
                    .log("a jnr mount takes no fuse setting while it runs: the change needs a restart of the agent");
        }
        if (disk != null) {
            disk.reconfigure(config.disk());
        }
    }

    /**
     * Unmounts as soon as no file of the mount is open, or gives up at the limit; until then all is served as before.
     *
     * @return whether it is unmounted
     */
    public boolean drain(Duration limit) throws InterruptedException {
        return new Drain(mount).within(limit);
    }

    /** Waits until the mount is gone. */
    public void awaitUnmount() throws InterruptedException {
        mount.awaitUnmount();
    }

    /** Unmounts, writes what is queued for the disk, and gives everything back. */
    @Override
    public void close() {
        layers.close();
    }

    /** An agent that fetches nothing more says of what it fetched ahead that nobody came, as soon as somebody asks. */
    private static <T> Supplier<T> settled(Unread unread, Supplier<T> figures) {
        return () -> {
            unread.settle();
            return figures.get();
        };
    }

    private static SingleFlight flights(
            List<BlockTier> tiers,
            Source source,
            Peers peers,
            RefusedBlobs refused,
            BufferPool pool,
            Counters counters,
            ExecutorService waiting,
            int maxRequests) {
        return new SingleFlight(
                tiers,
                source,
                peers,
                refused,
                pool,
                counters.reads,
                waiting,
                maxRequests,
                BUFFER_PATIENCE,
                FAILURE_HOLD,
                System::nanoTime);
    }

    private DiskTier disk(MountSpec spec, AgentConfig config, BufferPool pool, Counters counters, RefusedBlobs refused)
            throws IOException {
        DiskEnvironment environment = layers.add(DiskEnvironment.ofSystem(refused::refuse));
        return layers.add(
                DiskTier.open(spec.state(), config.disk(), config.blockSize(), pool, counters.disk, environment));
    }
}
