package io.blobcache.node.mesh.client;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.blobcache.node.mesh.wire.ArrivingBlock;
import io.blobcache.node.mesh.wire.PeerMethods;
import io.blobcache.node.mesh.wire.Received;
import io.blobcache.node.mesh.wire.Statuses;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.SegmentDigest;
import io.blobcache.proto.v1.Elsewhere;
import io.blobcache.proto.v1.ReadBlockRequest;
import io.blobcache.proto.v1.Refusal;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One request for a block to one peer. What arrives is hashed by the thread that waits, while more arrives; the block is
 * there when its digest fits. Ends within the time limits whatever the peer does.
 */
final class BlockAsk extends ClientCall.Listener<Received> {
    /** Messages asked for before the first is here: the transport's windows bound what that can be. */
    private static final int AHEAD = 4;

    /** 4 MiB/s: content has begun to flow, so the peer has the block; a line that is slower is worth no waiting. */
    static final long NANOS_PER_BYTE = 1_000_000_000L / (4 << 20);

    /** Until the first content, however often the peer promises it: the source has its turn after two, within 30 s. */
    static final long MAX_COMING_NANOS = 10_000_000_000L;

    /** Should all else fail; a read takes 30 s at most. */
    static final Duration LIMIT = Duration.ofSeconds(35);

    private final ClientCall<ReadBlockRequest, Received> call;
    private final ArrivingBlock block;
    private final MemorySegment content;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private int messages;

    @GuardedBy("lock")
    private ByteString sha256 = ByteString.EMPTY;

    @GuardedBy("lock")
    private Refusal refusal = Refusal.REFUSAL_NONE;

    @GuardedBy("lock")
    private Optional<Elsewhere> elsewhere = Optional.empty();

    @GuardedBy("lock")
    private @Nullable Status end;

    /** @param content exactly the place of the block */
    BlockAsk(Channel channel, MemorySegment content, LongSupplier nanoTime) {
        this.content = content;
        this.nanoTime = nanoTime;
        this.block = new ArrivingBlock(content, Math.toIntExact(content.byteSize()));
        this.call = channel.newCall(PeerMethods.asking(block), CallOptions.DEFAULT.withDeadlineAfter(LIMIT));
    }

    /**
     * Asks and waits. When it returns, nothing is written to the block's place any more.
     *
     * @param progress longest time without a message
     * @throws BlobException.Interrupted if this thread was interrupted
     */
    Answer ask(ReadBlockRequest request, Duration progress) throws BlobException {
        try {
            call.start(this, new Metadata());
            call.request(AHEAD);
            call.sendMessage(request);
            call.halfClose();
            return await(progress);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        } finally {
            block.abandon();
            if (end() == null) {
                call.cancel("not wanted any more", null);
            }
        }
    }

    private Answer await(Duration progress) throws InterruptedException {
        SegmentDigest digest = new SegmentDigest();
        long contentDeadline = nanoTime.getAsLong() + MAX_COMING_NANOS;
        int hashed = 0;
        int seen = 0;
        while (true) {
            int now = awaitMessage(seen, Math.min(progress.toNanos(), contentDeadline - nanoTime.getAsLong()));
            if (!block.complaint().isEmpty()) {
                return new Answer.Lied(block.complaint());
            }
            Status status = end(); // Before looking at what arrived: nothing arrives after the end.
            int arrived = block.arrivedBytes();
            if (arrived > 0 && hashed == 0) {
                contentDeadline = nanoTime.getAsLong() + progress.toNanos() + content.byteSize() * NANOS_PER_BYTE;
            }
            digest.update(content.asSlice(hashed, arrived - hashed));
            hashed = arrived;
            if (status != null) {
                return judge(status, digest, hashed);
            }
            if (now == seen || contentDeadline - nanoTime.getAsLong() < 0) {
                return new Answer.Failed("%d bytes of %d in time".formatted(arrived, content.byteSize()));
            }
            seen = now;
        }
    }

    private Answer judge(Status status, SegmentDigest digest, int hashed) {
        ByteString promised;
        lock.lock();
        try {
            if (refusal != Refusal.REFUSAL_NONE) {
                return refusal == Refusal.REFUSAL_NOT_HELD ? new Answer.NotHeld() : new Answer.Busy(elsewhere);
            }
            promised = sha256;
        } finally {
            lock.unlock();
        }
        if (!status.isOk()) {
            return new Answer.Failed(Statuses.reason(status));
        }
        if (hashed != content.byteSize()) {
            return new Answer.Lied("%d bytes of %d".formatted(hashed, content.byteSize()));
        }
        return promised.equals(UnsafeByteOperations.unsafeWrap(digest.digest()))
                ? new Answer.Here(promised)
                : new Answer.Lied("bytes and digest do not fit");
    }

    /** Waits for another message or the end. @return messages until now */
    private int awaitMessage(int seen, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (messages == seen && end == null && left > 0) {
                left = changed.awaitNanos(left);
            }
            return messages;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Status end() {
        lock.lock();
        try {
            return end;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onMessage(Received message) {
        lock.lock();
        try {
            messages++;
            if (!message.sha256().isEmpty()) {
                sha256 = message.sha256();
            }
            if (message.refusal() != Refusal.REFUSAL_NONE) {
                refusal = message.refusal();
                elsewhere = message.elsewhere();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        call.request(1);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        lock.lock();
        try {
            end = status;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
