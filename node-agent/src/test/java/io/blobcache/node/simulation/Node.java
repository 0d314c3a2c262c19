package io.blobcache.node.simulation;

import io.blobcache.node.config.MeshConfig;
import io.blobcache.node.mesh.client.PeerTier;
import io.blobcache.node.mesh.client.SimulatedPeers;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.mesh.server.SimulatedLending;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.BlockLoans;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.SimulatedReads;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.Wanted;
import io.blobcache.node.tier.memory.MemoryTier;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One agent: what it is made of is the product's, but for its network, its source and its clock. */
final class Node {
    static final BlockSize BLOCK_SIZE = new BlockSize(1 << 20);

    /** As a real agent's. */
    static final Duration READ_DEADLINE = Duration.ofSeconds(30);

    private static final int MAX_REQUESTS = 32;
    static final Duration FAILURE_HOLD = Duration.ofSeconds(1);

    private final int number;
    private final String id;
    private final MemoryTier memory;
    private final PeerTier peers;
    private final SingleFlight flights;
    private final TieredReader reader;
    private final SimulatedLending lending;
    private final Set<String> wanted = new HashSet<>();
    private boolean up = true;
    private boolean dark;
    private boolean lies;
    private double slowInSending = 1;
    private double slowInReceiving = 1;
    private int side;
    private long outFreeNanos;
    private long inFreeNanos;
    private int givingNow;
    private int mostLent;
    private long askedSecond;
    private int askedNow;
    private int mostAsked;

    Node(int number, Cluster cluster) {
        this.number = number;
        this.id = "node-" + number;
        World world = cluster.world();
        this.memory = new MemoryTier(Long.MAX_VALUE, cluster.memoryCounters, Wanted.NOTHING);
        List<BlockTier> tiers = List.of(memory);
        this.peers = SimulatedPeers.over(
                (peer, request, into, progress) -> cluster.fabric().ask(this, peer, request, into, progress),
                id,
                MeshConfig.DEFAULT,
                BLOCK_SIZE,
                cluster.pool,
                world.threads(),
                cluster.asked,
                world,
                world.random());
        this.flights = new SingleFlight(
                tiers,
                cluster.origin().seenBy(this),
                peers,
                cluster.refused,
                cluster.pool,
                cluster.reads,
                world.threads(),
                MAX_REQUESTS,
                READ_DEADLINE,
                FAILURE_HOLD,
                world);
        this.reader = SimulatedReads.reader(
                tiers, flights, cluster.reads, READ_DEADLINE, pause -> world.sleep(pause.toNanos()));
        this.lending = new SimulatedLending(
                Origin.IDENTITY,
                BLOCK_SIZE,
                new BlockLoans(tiers, flights, cluster.pool, READ_DEADLINE),
                cluster.physics().maxLentBytes(),
                Math.toIntExact(cluster.physics().blockBytes()),
                cluster.lent,
                world);
    }

    int number() {
        return number;
    }

    String id() {
        return id;
    }

    void members(Members members, Placement placement) {
        SimulatedPeers.members(peers, members, placement);
    }

    byte[] read(Blob blob) throws BlobException {
        wanted.add(blob.path());
        byte[] bytes = new byte[Origin.REAL_BYTES];
        reader.read(new BlobBlocks(blob, BLOCK_SIZE), 0, bytes.length, MemorySegment.ofArray(bytes), 0, true);
        return bytes;
    }

    boolean hasWanted(String path) {
        return wanted.contains(path);
    }

    Status lend(ReadBlockRequest request, SimulatedLending.Taker taker) throws InterruptedException {
        boolean[] counted = new boolean[1];
        try {
            return lending.lend(request, piece -> {
                if (!counted[0] && piece.content().byteSize() > 0) {
                    counted[0] = true;
                    mostLent = Math.max(mostLent, ++givingNow);
                }
                taker.take(piece);
            });
        } finally {
            if (counted[0]) {
                givingNow--;
            }
        }
    }

    /** Somebody asks it for a block. */
    void asked(long nowNanos) {
        long second = nowNanos / 1_000_000_000;
        askedNow = second == askedSecond ? askedNow + 1 : 1;
        askedSecond = second;
        mostAsked = Math.max(mostAsked, askedNow);
    }

    /** The most requests within a second. */
    int mostAsked() {
        return mostAsked;
    }

    /** The most blocks that it was giving away at once. */
    int mostLent() {
        return mostLent;
    }

    /** Fetches that have not ended. */
    int unfinished() {
        return flights.size();
    }

    boolean isUp() {
        return up;
    }

    /** Whether its machine is dead, which refuses nothing. */
    boolean isDark() {
        return dark;
    }

    void die(boolean withItsMachine) {
        up = false;
        dark = withItsMachine;
    }

    boolean lies() {
        return lies;
    }

    void lie(boolean does) {
        lies = does;
    }

    /** Makes its line so many times slower. */
    void slow(double inSending, double inReceiving) {
        slowInSending = inSending;
        slowInReceiving = inReceiving;
    }

    /** Nodes on different sides do not reach each other. */
    int side() {
        return side;
    }

    void side(int number) {
        side = number;
    }

    /** When its line will have brought one more block, after those before. */
    long received(long nowNanos, Physics physics) {
        inFreeNanos = Math.max(nowNanos, inFreeNanos) + physics.lineNanos(physics.blockBytes(), slowInReceiving);
        return inFreeNanos;
    }

    /** When its line will have sent one more block. */
    long sent(long nowNanos, Physics physics) {
        outFreeNanos = Math.max(nowNanos, outFreeNanos) + physics.lineNanos(physics.blockBytes(), slowInSending);
        return outFreeNanos;
    }

    void close() {
        memory.close();
    }
}
