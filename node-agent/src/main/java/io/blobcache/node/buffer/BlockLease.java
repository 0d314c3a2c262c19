package io.blobcache.node.buffer;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A counted claim on one pooled buffer. Its bytes are valid until the last claim closes; closing gives the buffer back
 * to its pool. Whoever takes a claim across a thread or keeps it calls {@link #retain} first. Thread-safe.
 */
public final class BlockLease implements AutoCloseable {
    private final BufferPool pool;
    private final MemorySegment buffer;
    private final int lengthBytes;
    private final AtomicInteger claims = new AtomicInteger(1);

    BlockLease(BufferPool pool, MemorySegment buffer, int lengthBytes) {
        this.pool = pool;
        this.buffer = buffer;
        this.lengthBytes = lengthBytes;
    }

    /** The whole buffer, of the pool's class: may be longer than {@link #lengthBytes}. Only its filler writes to it. */
    public MemorySegment buffer() {
        return buffer;
    }

    /** Bytes asked for. */
    public int lengthBytes() {
        return lengthBytes;
    }

    /** @throws IllegalStateException if the last claim has been closed */
    public BlockLease retain() {
        if (!tryRetain()) {
            throw new IllegalStateException("retained after its last close");
        }
        return this;
    }

    /** Takes a claim unless the last one is closed: for a holder that may be evicted in this moment. */
    public boolean tryRetain() {
        while (true) {
            int claimed = claims.get();
            if (claimed <= 0) {
                return false;
            }
            if (claims.compareAndSet(claimed, claimed + 1)) {
                return true;
            }
        }
    }

    /** @throws IllegalStateException if closed more often than claimed */
    @Override
    public void close() {
        int left = claims.decrementAndGet();
        if (left < 0) {
            throw new IllegalStateException("closed more often than claimed");
        }
        if (left == 0) {
            pool.giveBack(buffer, lengthBytes);
        }
    }
}
