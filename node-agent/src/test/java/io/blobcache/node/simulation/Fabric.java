package io.blobcache.node.simulation;

import io.blobcache.node.mesh.client.SimulatedPeers.Busy;
import io.blobcache.node.mesh.client.SimulatedPeers.Here;
import io.blobcache.node.mesh.client.SimulatedPeers.Other;
import io.blobcache.node.mesh.client.SimulatedPeers.Reply;
import io.blobcache.node.mesh.members.Member;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.model.BlobException;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.Refusal;
import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The network between nodes: lines of a limited speed, and what goes wrong on them. */
final class Fabric {
    /** As a real agent's. */
    private static final Duration SEND_PATIENCE = Duration.ofSeconds(10);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    private final World world;
    private final Physics physics;
    private final Trace trace;
    private final Map<String, Node> nodes = new HashMap<>();
    private final Set<Exchange> open = new LinkedHashSet<>();
    private final List<String> violations = new ArrayList<>();

    Fabric(World world, Physics physics, Trace trace) {
        this.world = world;
        this.physics = physics;
        this.trace = trace;
    }

    /** What must never happen, and did. */
    List<String> violations() {
        return violations;
    }

    /** A node that begins, at its address that of one before. */
    void join(Node node) {
        nodes.put(node.id(), node);
    }

    /** A node has died. A dead process is told of by its machine; of a dead machine nobody says anything. */
    void died(Node node, boolean withItsMachine) {
        for (Exchange exchange : open) {
            if (!withItsMachine && (exchange.from() == node || exchange.to() == node)) {
                exchange.fail(physics.latency().toNanos());
            }
        }
    }

    Reply ask(Node from, Member peer, ReadBlockRequest request, MemorySegment into, Duration progress)
            throws BlobException {
        Node to = Objects.requireNonNull(nodes.get(peer.id()), peer::id);
        trace.add(world.getAsLong(), Trace.Kind.ASK, from.number(), to.number(), Long.parseLong(request.getPath()));
        if (!from.hasWanted(request.getPath())) {
            violations.add("%s asks %s for %s, which none of its own readers wants: a request was forwarded"
                    .formatted(from.id(), to.id(), request.getPath()));
        }
        to.asked(world.getAsLong());
        Reply reply = exchange(from, to, request, into, progress);
        trace.add(world.getAsLong(), Trace.Kind.ANSWER, from.number(), to.number(), kind(reply));
        return reply;
    }

    private static long kind(Reply reply) {
        return switch (reply) {
            case Here _ -> 0;
            case Busy _ -> 1;
            case Other other -> 2 + other.ordinal();
        };
    }

    private Reply exchange(Node from, Node to, ReadBlockRequest request, MemorySegment into, Duration progress)
            throws BlobException {
        if (!from.isUp()) {
            return Other.FAILED;
        }
        if (isCut(from, to) || !to.isUp()) {
            return wait(to.isUp() || to.isDark() ? CONNECT : physics.latency().multipliedBy(2));
        }
        Exchange exchange = new Exchange(world, from, to);
        open.add(exchange);
        world.after(physics.latency().toNanos(), () -> serve(exchange, request));
        try {
            return exchange.await(into, progress);
        } finally {
            open.remove(exchange);
        }
    }

    private Reply wait(Duration time) throws BlobException {
        try {
            world.sleep(time.toNanos());
            return Other.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        }
    }

    private void serve(Exchange exchange, ReadBlockRequest request) {
        Node server = exchange.to();
        if (!server.isUp()) {
            return;
        }
        try {
            Status end = server.lend(request, piece -> send(exchange, piece));
            if (!end.isOk()) {
                exchange.fail(physics.latency().toNanos());
            }
        } catch (InterruptedException _) {
            // The one who asked is gone.
        }
    }

    private void send(Exchange exchange, BlockPiece piece) throws InterruptedException {
        if (exchange.isLeft() || !exchange.to().isUp()) {
            throw new InterruptedException("nobody waits");
        }
        if (isCut(exchange.from(), exchange.to())) {
            world.sleep(SEND_PATIENCE.toNanos());
            throw new InterruptedException("the line is dead");
        }
        boolean isContent = piece.content().byteSize() > 0 && piece.refusal() == Refusal.REFUSAL_NONE;
        if (!isContent) {
            exchange.deliver(world.getAsLong() + physics.latency().toNanos(), piece);
            return;
        }
        long end = transferred(exchange.to(), exchange.from());
        exchange.deliver(end + physics.latency().toNanos(), exchange.to().lies() ? wrong(piece) : copy(piece));
        world.sleep(end - world.getAsLong());
    }

    /** When the last byte is through: one block after the other on the sender's line and on the receiver's. */
    private long transferred(Node from, Node to) {
        long now = world.getAsLong();
        return Math.max(from.sent(now, physics), to.received(now, physics));
    }

    private static BlockPiece copy(BlockPiece piece) {
        return BlockPiece.of(MemorySegment.ofArray(bytes(piece)));
    }

    private static BlockPiece wrong(BlockPiece piece) {
        byte[] bytes = bytes(piece);
        bytes[0] ^= 1;
        return BlockPiece.of(MemorySegment.ofArray(bytes));
    }

    private static byte[] bytes(BlockPiece piece) {
        return piece.content().toArray(ValueLayout.JAVA_BYTE);
    }

    private static boolean isCut(Node one, Node other) {
        return one.side() != other.side();
    }
}
