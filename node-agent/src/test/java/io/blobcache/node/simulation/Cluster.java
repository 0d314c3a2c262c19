package io.blobcache.node.simulation;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.members.Member.State;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.mesh.placement.Placement;
import io.blobcache.node.metrics.LendingCounters;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.tier.RefusedBlobs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Nodes, their network and their source, and those who read. Everything is counted for all nodes together. */
final class Cluster implements AutoCloseable {
    /** A failure of the source is told before a read's own deadline. */
    private static final Duration FAILURE_LIMIT = Duration.ofSeconds(25);

    /** All nodes take their buffers here: memory is not what is simulated. */
    final BufferPool pool = new BufferPool(2L << 30);

    final TierCounters memoryCounters = new TierCounters();
    final ReadCounters reads = new ReadCounters();
    final PeerCounters asked = new PeerCounters();
    final LendingCounters lent = new LendingCounters();
    final RefusedBlobs refused = new RefusedBlobs(reads);

    private final World world;
    private final Physics physics;
    private final Trace trace = new Trace();
    private final Fabric fabric;
    private final Origin origin;
    private final List<Node> nodes = new ArrayList<>();
    private final List<Node> dead = new ArrayList<>();
    private final List<Long> readNanos = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    Cluster(long seed, Physics physics, int nodeCount) {
        this.world = new World(seed);
        this.physics = physics;
        this.fabric = new Fabric(world, physics, trace);
        this.origin = new Origin(world, physics, trace);
        for (int number = 0; number < nodeCount; number++) {
            join();
        }
    }

    World world() {
        return world;
    }

    Physics physics() {
        return physics;
    }

    Fabric fabric() {
        return fabric;
    }

    Origin origin() {
        return origin;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** A new node, which nobody knows yet. */
    Node join() {
        Node node = new Node(nodes.size(), this);
        nodes.add(node);
        fabric.join(node);
        return node;
    }

    void die(int number, boolean withItsMachine) {
        Node node = nodes.get(number);
        trace.add(world.getAsLong(), Trace.Kind.FAULT, number);
        node.die(withItsMachine);
        fabric.died(node, withItsMachine);
    }

    /** A process that begins anew where one died, with nothing in memory. */
    void restart(int number, Members members) {
        Node old = nodes.get(number);
        dead.add(old);
        Node node = new Node(number, this);
        node.side(old.side());
        nodes.set(number, node);
        fabric.join(node);
        give(node, members);
    }

    static Members members(Collection<Node> ready, Collection<Node> draining) {
        List<Member> members = new ArrayList<>();
        ready.forEach(node -> members.add(member(node, State.READY)));
        draining.forEach(node -> members.add(member(node, State.DRAINING)));
        return Members.of(members);
    }

    private static Member member(Node node, State state) {
        return new Member(node.id(), "10.0.0.1", node.number() + 1, "", Member.DEFAULT_WEIGHT, state);
    }

    /** Every node gets the list within this time, each at its own moment. */
    void announce(Members members, Duration within) {
        Placement placement = new Placement(members, "");
        for (Node node : nodes) {
            if (within.isZero()) {
                node.members(members, placement);
            } else {
                world.after(world.random().nextLong(within.toNanos()), () -> node.members(members, placement));
            }
        }
    }

    void give(Node node, Members members) {
        node.members(members, new Placement(members, ""));
    }

    /** Lets somebody read a blob on a node, from now on. */
    void read(int number, int blob) {
        Node node = nodes.get(number);
        if (!node.isUp()) {
            return;
        }
        long began = world.getAsLong();
        try {
            byte[] bytes = node.read(Origin.blob(blob));
            if (!Arrays.equals(bytes, Origin.content(Integer.toString(blob)))) {
                violations.add("%s read wrong bytes of blob %d".formatted(node.id(), blob));
            }
            took(node, blob, world.getAsLong() - began);
        } catch (BlobException e) {
            boolean inTime = world.getAsLong() - began < FAILURE_LIMIT.toNanos();
            if (node.isUp() && !(inTime && origin.hasFailedSince(began))) {
                violations.add("%s could not read blob %d: %s".formatted(node.id(), blob, e.getMessage()));
            }
        }
    }

    private void took(Node node, int blob, long nanos) {
        trace.add(world.getAsLong(), Trace.Kind.READ, node.number(), blob, nanos);
        readNanos.add(nanos);
        if (nanos > Node.READ_DEADLINE.toNanos()) {
            violations.add("%s read blob %d in %.1f s".formatted(node.id(), blob, nanos / 1e9));
        }
    }

    /** Lets everything happen, and looks whether anything is left. */
    Outcome run(Duration limit) {
        world.run(limit);
        violations.addAll(fabric.violations());
        if (world.liveThreads() > 0) {
            violations.add("%d threads wait for ever".formatted(world.liveThreads()));
        }
        long allowed = physics.maxLentBytes() / physics.blockBytes();
        for (Node node : nodes) {
            if (node.isUp() && !origin.hasFailedSince(0) && node.unfinished() > 0) {
                violations.add("%s has %d fetches that do not end".formatted(node.id(), node.unfinished()));
            }
            if (node.mostLent() > allowed) {
                violations.add("%s gave away %d blocks at once".formatted(node.id(), node.mostLent()));
            }
        }
        readNanos.sort(null);
        int mostLent = nodes.stream().mapToInt(Node::mostLent).max().orElse(0);
        return new Outcome(
                violations,
                origin.reads(),
                origin.distinctBlocks(),
                readNanos,
                mostLent,
                nodes.stream().mapToInt(Node::mostAsked).max().orElse(0),
                trace.hash(),
                trace.events());
    }

    /** @throws IllegalStateException if a buffer was not given back */
    @Override
    public void close() {
        nodes.forEach(Node::close);
        dead.forEach(Node::close);
        pool.close();
    }
}
