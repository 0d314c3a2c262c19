package io.blobcache.node.simulation;

import io.blobcache.node.mesh.client.SimulatedPeers.Busy;
import io.blobcache.node.mesh.client.SimulatedPeers.Here;
import io.blobcache.node.mesh.client.SimulatedPeers.Other;
import io.blobcache.node.mesh.client.SimulatedPeers.Reply;
import io.blobcache.node.mesh.wire.BlockPiece;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import io.blobcache.proto.v1.Refusal;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One request for a block and what comes back, with the time limits that a real one has. */
final class Exchange {
    /** As a real one's. */
    private static final long MAX_COMING_NANOS = Duration.ofSeconds(10).toNanos();

    private final World world;
    private final Node from;
    private final Node to;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private int messages;
    private byte @Nullable [] content;
    private @Nullable Reply reply;
    private boolean left;
    private long lastDelivery;

    Exchange(World world, Node from, Node to) {
        this.world = world;
        this.from = from;
        this.to = to;
    }

    Node from() {
        return from;
    }

    Node to() {
        return to;
    }

    /** Whether nobody waits for it any more. */
    boolean isLeft() {
        return left;
    }

    /** @return the answer; {@code into} holds the block if it is here */
    Reply await(MemorySegment into, Duration progress) throws BlobException {
        long deadline = world.getAsLong() + MAX_COMING_NANOS;
        lock.lock();
        try {
            int seen = 0;
            while (reply == null) {
                long wait = Math.min(progress.toNanos(), deadline - world.getAsLong());
                while (messages == seen && reply == null && wait > 0) {
                    wait = world.await(lock, changed, wait);
                }
                if (reply == null && messages == seen) {
                    return Other.FAILED;
                }
                seen = messages;
            }
            byte[] arrived = content;
            if (reply instanceof Here && arrived != null) {
                MemorySegment.copy(MemorySegment.ofArray(arrived), 0, into, 0, arrived.length);
            }
            return reply;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        } finally {
            left = true;
            lock.unlock();
        }
    }

    /** Lets a message arrive, not before those that were sent before it. */
    void deliver(long atNanos, BlockPiece piece) {
        byte[] bytes = piece.content().toArray(ValueLayout.JAVA_BYTE);
        lastDelivery = Math.max(lastDelivery, atNanos);
        world.after(lastDelivery - world.getAsLong(), () -> arrived(bytes, piece));
    }

    /** Ends it, as a connection that breaks. */
    void fail(long afterNanos) {
        world.after(afterNanos, () -> end(Other.FAILED));
    }

    private void arrived(byte[] bytes, BlockPiece piece) {
        if (piece.refusal() != Refusal.REFUSAL_NONE) {
            end(piece.refusal() == Refusal.REFUSAL_NOT_HELD ? Other.NOT_HELD : new Busy(piece.elsewhere()));
        } else if (!piece.sha256().isEmpty()) {
            byte[] digest = content == null ? new byte[0] : Sha256.begin().digest(content);
            end(Arrays.equals(digest, piece.sha256().toByteArray()) ? new Here(piece.sha256()) : Other.LIED);
        } else {
            say(bytes.length > 0 ? bytes : content, reply);
        }
    }

    private void end(Reply how) {
        if (reply == null) {
            say(content, how);
        }
    }

    private void say(byte @Nullable [] bytes, @Nullable Reply how) {
        lock.lock();
        try {
            content = bytes;
            reply = how;
            messages++;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
