package io.blobcache.node.tier;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One block on its way from the source, for everyone who waits for it. A reader is served as soon as its own bytes are
 * in place, not when the block is complete.
 *
 * <p>The block comes in two runs: first the tail, from where the first reader wants it to the end of the block, then the
 * head before it. So 4 KiB in the middle of a block cost one round trip, and not the transfer of half a block before
 * it; a reader in order wants offset 0 first and has no head.
 *
 * <p>One thread fills: {@link #begin}, the arrivals any number of times, then {@link #end} or {@link #fail}. Readers
 * only see bytes below the published marks, so what a reused buffer held before never shows.
 */
final class BlockFetch {
    /** The bytes have left this fetch: look in the tiers again. */
    static final int RETRY = -2;

    private static final int NOBODY = Integer.MAX_VALUE;

    private final BlockKey key;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final int tailOffset;
    private final NanoClock clock;

    /** Bytes are in place from {@link #tailOffset} to here, and from 0 to {@link #headEnd}. */
    private volatile int tailEnd;

    private volatile int headEnd;
    private volatile @Nullable BlockLease lease;

    /**
     * The nearest mark that a waiting reader needs, of the tail and of the head. Bytes arrive in thousands of pieces and
     * readers wait for a few marks: only an arrival that reaches one wakes anybody.
     */
    private volatile int awaitedTailEnd = NOBODY;

    private volatile int awaitedHeadEnd = NOBODY;

    /** Answers of this failure, and of those before it, that were held back; see {@link #claimPause}. */
    private final AtomicInteger pauses = new AtomicInteger();

    @GuardedBy("lock")
    private int readers;

    private volatile @Nullable BlobException failure;
    private volatile boolean ended;
    private volatile long endedNanos;

    private volatile boolean asksPeers;
    private volatile Brought brought = Brought.BY_SOURCE;

    /** Of the thread that fills. */
    private long tookNanos;

    /**
     * @param tailOffset the offset in the block that is wanted first
     * @param asksPeers  before the source
     * @param clock      that readers wait by
     */
    BlockFetch(BlockKey key, int tailOffset, boolean asksPeers, NanoClock clock) {
        this.key = key;
        this.clock = clock;
        this.tailOffset = tailOffset;
        this.asksPeers = asksPeers;
        this.tailEnd = tailOffset;
    }

    int tailOffset() {
        return tailOffset;
    }

    BlockKey key() {
        return key;
    }

    /** Registers a reader: until it leaves, bytes that arrived stay, even if no tier took the block. */
    void enter() {
        lock.lock();
        try {
            readers++;
        } finally {
            lock.unlock();
        }
    }

    void leave() {
        BlockLease last = null;
        lock.lock();
        try {
            readers--;
            if (ended && readers == 0) {
                last = lease;
                lease = null;
            }
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }

    /** Takes over the caller's claim on the buffer that will be filled. */
    void begin(BlockLease buffer) {
        lease = buffer;
    }

    /** Bytes of the tail that are in place, counted from {@link #tailOffset}. */
    void tailArrived(int bytes) {
        tailEnd = tailOffset + bytes;
        if (tailEnd >= awaitedTailEnd) {
            wakeReaders();
        }
    }

    /** Bytes of the head that are in place, counted from 0. */
    void headArrived(int bytes) {
        headEnd = bytes;
        if (bytes >= awaitedHeadEnd) {
            wakeReaders();
        }
    }

    /** The block is in a tier, or there was no need to fetch it; readers that come later look there. */
    void end() {
        release();
    }

    void fail(BlobException reason, long nowNanos) {
        endedNanos = nowNanos;
        failure = reason;
        release();
    }

    /** This fetch tries again what that one failed at. */
    void follows(BlockFetch failed) {
        pauses.set(failed.pauses.get());
    }

    /** Whether the next answer of this remembered failure is to be held back: true so many times, then no more. */
    boolean claimPause(int most) {
        return pauses.get() < most && pauses.getAndIncrement() < most;
    }

    @Nullable
    BlobException failure() {
        return failure;
    }

    /** By the thread that fills, as {@link #tookNanos}. */
    void took(long nanos) {
        tookNanos = nanos;
    }

    /** How long it took to bring the whole block. */
    long tookNanos() {
        return tookNanos;
    }

    /** Whether a peer is being asked, or will be: such a fetch is no help to a peer. */
    boolean asksPeers() {
        return asksPeers;
    }

    /** No peer is asked any more. */
    void askedPeers() {
        asksPeers = false;
    }

    /** Before any of its bytes arrive. */
    void brought(Brought by) {
        brought = by;
    }

    /** Valid once bytes are in place. */
    Brought brought() {
        return brought;
    }

    /** What {@link #begin} got; {@code null} before. */
    @Nullable
    BlockLease buffer() {
        return lease;
    }

    long endedNanos() {
        return endedNanos;
    }

    /** Without waiting: bytes copied, {@link #RETRY}, or {@link BlockTier#MISS} if they have not arrived yet. */
    int tryRead(int offset, int length, MemorySegment into, long intoOffset) {
        if (inPlace(offset, offset + length)) {
            return copy(offset, length, into, intoOffset);
        }
        return ended ? RETRY : BlockTier.MISS;
    }

    /** Waits for the bytes, after {@link #enter}: bytes copied, or {@link #RETRY} if this fetch brought none. */
    int read(int offset, int length, MemorySegment into, long intoOffset, long maxWaitNanos) throws BlobException {
        await(offset, offset + length, maxWaitNanos);
        int copied = inPlace(offset, offset + length) ? copy(offset, length, into, intoOffset) : RETRY;
        BlobException reason = failure;
        if (copied == RETRY && reason != null) {
            throw reason;
        }
        return copied;
    }

    /**
     * Waits for the whole block, after {@link #enter}.
     *
     * @return a claim of the caller's own, or {@code null} if this fetch brought nothing
     */
    @Nullable
    BlockLease take(long maxWaitNanos) throws BlobException {
        int length = key.lengthBytes();
        await(0, length, maxWaitNanos);
        BlockLease held = inPlace(0, length) ? lease : null;
        if (held != null && held.tryRetain()) {
            return held;
        }
        BlobException reason = failure;
        if (reason != null) {
            throw reason;
        }
        return null;
    }

    private void await(int from, int to, long maxWaitNanos) throws BlobException {
        long left = maxWaitNanos;
        lock.lock();
        try {
            announce(from, to);
            while (!inPlace(from, to) && !ended) {
                if (left <= 0) {
                    throw new BlobException.TimedOut(
                            "block %s did not arrive within %d s"
                                    .formatted(key, TimeUnit.NANOSECONDS.toSeconds(maxWaitNanos)),
                            null);
                }
                left = clock.await(lock, changed, left);
                announce(from, to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the reader of block %s gave up".formatted(key));
        } finally {
            lock.unlock();
        }
    }

    private boolean inPlace(int from, int to) {
        return (from >= tailOffset || headEnd >= Math.min(to, tailOffset)) && (to <= tailOffset || tailEnd >= to);
    }

    private int copy(int offset, int length, MemorySegment into, long intoOffset) {
        BlockLease held = lease;
        if (held == null || !held.tryRetain()) {
            return RETRY;
        }
        try (held) {
            MemorySegment.copy(held.buffer(), offset, into, intoOffset, length);
            return length;
        }
    }

    private void release() {
        BlockLease last = null;
        lock.lock();
        try {
            ended = true;
            if (readers == 0) {
                last = lease;
                lease = null;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (last != null) {
            last.close();
        }
    }

    /** Before looking: an arrival after it wakes us, one before it is seen by the look. */
    @GuardedBy("lock")
    private void announce(int from, int to) {
        if (to > tailOffset) {
            awaitedTailEnd = Math.min(awaitedTailEnd, to);
        }
        if (from < tailOffset) {
            awaitedHeadEnd = Math.min(awaitedHeadEnd, Math.min(to, tailOffset));
        }
    }

    private void wakeReaders() {
        lock.lock();
        try {
            awaitedTailEnd = NOBODY;
            awaitedHeadEnd = NOBODY;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
