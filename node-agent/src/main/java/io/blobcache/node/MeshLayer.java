package io.blobcache.node;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.mesh.Mesh;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.members.MembersFile;
import io.blobcache.node.mesh.members.MembersWatch;
import io.blobcache.node.mesh.server.MeshServer;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.AgentCounters.MeshReading;
import io.blobcache.node.metrics.AgentCounters.StoreReading;
import io.blobcache.node.model.Blob;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.warmup.Share;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** The mesh of an agent that has one: opened in two steps, because peers are asked by what they are lent from. */
final class MeshLayer {
    /** For an agent that is alone. */
    static final MeshLayer NONE = new MeshLayer(null, null, null);

    /** Taken after two looks: a member that comes or goes is known a second after the file says so. */
    private static final Duration LOOK = Duration.ofMillis(500);

    /** In the state directory. */
    private static final String STORED = "stored";

    private final @Nullable Mesh mesh;
    private final @Nullable ContentStore store;
    private final @Nullable MembersWatch watch;
    private @Nullable MeshServer server;
    private @Nullable ContentService content;

    private MeshLayer(@Nullable Mesh mesh, @Nullable ContentStore store, @Nullable MembersWatch watch) {
        this.mesh = mesh;
        this.store = store;
        this.watch = watch;
    }

    /** Reads the list of members, if it is there yet, and watches it. */
    static MeshLayer open(
            AgentConfig config, Path state, BufferPool pool, ExecutorService threads, Counters counters, Layers layers)
            throws IOException {
        if (!config.mesh().enabled()) {
            return NONE;
        }
        Path file = Path.of(config.mesh().members());
        Members members = Files.exists(file) ? MembersFile.read(file) : Members.NONE;
        ContentStore store = ContentStore.open(
                state.resolve(STORED),
                config.mesh().maxStoredBytes(),
                () -> config.disk().minFreePercent(),
                counters.store);
        Mesh mesh = layers.add(Mesh.open(
                config.mesh(),
                MeshCredentials.open(config.mesh()),
                config.blockSize(),
                pool,
                threads,
                members,
                counters.peers,
                store));
        MembersWatch watch = layers.add(new MembersWatch(file, members, LOOK, mesh::members));
        watch.start();
        return new MeshLayer(mesh, store, watch);
    }

    Peers peers() {
        return mesh == null ? Peers.NONE : mesh.peers();
    }

    /** The source with stored content beside it, if there is a mesh to keep any. */
    Source withStored(Source source) {
        return mesh == null ? source : mesh.withStored(source);
    }

    /** This agent's id; empty without a mesh. */
    String self() {
        return mesh == null ? "" : mesh.self();
    }

    /** What of all blobs is this agent's own. */
    Share share() {
        Peers peers = peers();
        return new Share() {
            @Override
            public boolean owns(Blob blob, long offset) {
                return peers.selfOwns(blob, offset);
            }

            @Override
            public Object version() {
                return watch == null ? Members.NONE : watch.inForce();
            }
        };
    }

    /** @param declared what the source is made of, which {@link #withStored} made */
    void serve(
            Source source,
            List<SourceMount> declared,
            BlockLoans loans,
            TieredReader reader,
            Counters counters,
            Layers layers)
            throws IOException {
        if (mesh != null) {
            content = layers.add(mesh.content(source, declared, reader, counters.store, AgentReport.VERSION));
            server = layers.add(mesh.serve(source, loans, counters.loans, content));
            mesh.rehearse(server);
        }
    }

    /** Port of the server; 0 if there is none. */
    int port() {
        return server == null ? 0 : server.port();
    }

    MeshReading reading(Counters counters) {
        return new MeshReading(
                counters.peers,
                counters.loans,
                () -> watch == null ? 0 : watch.inForce().all().size(),
                () -> mesh == null ? 0 : mesh.quarantined(),
                () -> mesh == null ? 0 : mesh.leftAlone(),
                () -> mesh == null
                        ? 0
                        : mesh.certificateExpiry().map(Instant::getEpochSecond).orElse(0L),
                new StoreReading(
                        counters.store,
                        () -> store == null ? 0 : store.maxBytes(),
                        () -> store == null ? 0 : store.usedBytes(),
                        () -> store == null ? 0 : store.count(),
                        () -> content == null ? 0 : content.waitingForOwner()));
    }
}
