package io.blobcache.node.mesh;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.client.PeerTier;
import io.blobcache.node.mesh.content.ContentService;
import io.blobcache.node.mesh.content.MeshView;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.server.MeshServer;
import io.blobcache.node.mesh.tls.MeshCredentials;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.Source;
import io.blobcache.node.source.SourceMount;
import io.blobcache.node.store.ContentStore;
import io.blobcache.node.store.SourceWithStored;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.Peers;
import io.blobcache.node.tier.TieredReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.random.RandomGenerator;

/**
 * This agent's place in the mesh. It asks peers from the start, and serves them after {@link #serve}. Thread-safe.
 */
public final class Mesh implements AutoCloseable {
    private final MeshConfig config;
    private final BlockSize blockSize;
    private final InetSocketAddress address;
    private final MeshCredentials credentials;
    private final String self;
    private final BufferPool pool;
    private final PeerTier peers;
    private final ContentStore store;
    private volatile Members members = Members.NONE;

    private Mesh(
            MeshConfig config,
            BlockSize blockSize,
            InetSocketAddress address,
            MeshCredentials credentials,
            String self,
            BufferPool pool,
            PeerTier peers,
            ContentStore store) {
        this.config = config;
        this.blockSize = blockSize;
        this.address = address;
        this.credentials = credentials;
        this.self = self;
        this.pool = pool;
        this.peers = peers;
        this.store = store;
    }

    /**
     * @param credentials closed with the mesh
     * @param pool        for second answers
     * @param threads     that may wait
     * @param store       content that this agent keeps
     * @throws IOException if the configuration cannot be followed on this machine, with key, value and remedy
     */
    public static Mesh open(
            MeshConfig config,
            MeshCredentials credentials,
            BlockSize blockSize,
            BufferPool pool,
            ExecutorService threads,
            Members members,
            PeerCounters counters,
            ContentStore store)
            throws IOException {
        InetSocketAddress address = ListenAddress.of(config);
        String self = config.self().isEmpty() ? hostName() : config.self();
        PeerTier peers = PeerTier.open(
                self,
                config,
                credentials,
                blockSize,
                pool,
                threads,
                counters,
                System::nanoTime,
                RandomGenerator.of("L64X128MixRandom"));
        Mesh mesh = new Mesh(config, blockSize, address, credentials, self, pool, peers, store);
        mesh.members(members);
        return mesh;
    }

    /** This agent's id among the members. */
    public String self() {
        return self;
    }

    /** For {@code tier}: asks those whose task a block is. */
    public Peers peers() {
        return new LocalFirst(peers, store);
    }

    /** The source with stored content beside it. */
    public Source withStored(Source source) {
        return new SourceWithStored(source, store, peers.contents());
    }

    /** Takes a new list of members. */
    public void members(Members list) {
        members = list;
        peers.members(list);
    }

    /** Peers that are left out because they sent wrong bytes. */
    public long quarantined() {
        return peers.quarantined();
    }

    /** Peers that are left alone for a while because they fail. */
    public long leftAlone() {
        return peers.leftAlone();
    }

    /** Speaks once to this agent's own server, see {@link PeerTier#rehearse}. Returns at once. */
    public void rehearse(MeshServer server) {
        String host = address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : address.getHostString();
        Member own = new Member(self, host, server.port(), "", Member.DEFAULT_WEIGHT, Member.State.READY);
        Thread.ofVirtual().name("mesh-rehearsal").start(() -> peers.rehearse(own));
    }

    /** When this agent's certificate runs out; empty without TLS. */
    public Optional<Instant> certificateExpiry() {
        return credentials.expiry();
    }

    /**
     * Begins to serve peers and clients of stored content.
     *
     * @param content made by {@link #content}
     * @throws IOException if the address cannot be listened on
     */
    public MeshServer serve(Source source, BlockLoans loans, LendingCounters counters, ContentService content)
            throws IOException {
        return MeshServer.start(address, config, credentials, source, blockSize, loans, counters, content);
    }

    /**
     * What clients of stored content are served by.
     *
     * @param source   made by {@link #withStored}
     * @param declared what it is made of
     * @param reader   of that source
     * @param version  of this agent
     */
    public ContentService content(
            Source source, List<SourceMount> declared, TieredReader reader, StoreCounters counters, String version) {
        MeshView view = new MeshView(version, config.listen(), self, () -> members);
        return ContentService.start(
                store, peers.contents(), source, declared, reader, blockSize, pool, config, counters, view);
    }

    @Override
    public void close() {
        peers.close();
        credentials.close();
    }

    private static String hostName() throws IOException {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            throw new IOException("mesh.self: this machine does not know its name: give the member's id", e);
        }
    }
}
