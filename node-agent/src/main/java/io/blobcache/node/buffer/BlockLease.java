package io.blobcache.node.buffer;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A counted claim on one pooled buffer. Its bytes are valid until the last claim closes; closing gives the buffer back
 * to its pool. Whoever takes a claim across a thread or keeps it calls {@link #retain} first. Thread-safe.
 *
 * <p>Each lease is an object of its own, of 24 bytes: one that is closed twice is found out, and cannot take the buffer
 * away from its next holder.
 */
public final class BlockLease implements AutoCloseable {
    private static final VarHandle CLAIMS;

    static {
        try {
            CLAIMS = MethodHandles.lookup().findVarHandle(BlockLease.class, "claims", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final PooledBuffer pooled;
    private final int lengthBytes;
    private volatile int claims = 1;

    BlockLease(PooledBuffer pooled, int lengthBytes) {
        this.pooled = pooled;
        this.lengthBytes = lengthBytes;
    }

    /** The whole buffer, of the pool's class: may be longer than {@link #lengthBytes}. Only its filler writes to it. */
    public MemorySegment buffer() {
        return pooled.memory();
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
            int claimed = claims;
            if (claimed <= 0) {
                return false;
            }
            if (CLAIMS.compareAndSet(this, claimed, claimed + 1)) {
                return true;
            }
        }
    }

    /** @throws IllegalStateException if closed more often than claimed */
    @Override
    public void close() {
        int claimed = (int) CLAIMS.getAndAdd(this, -1);
        if (claimed <= 0) {
            throw new IllegalStateException("closed more often than claimed");
        }
        if (claimed == 1) {
            pooled.giveBack();
        }
    }
}
