package io.blobcache.node.buffer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap buffers for blocks, reused, within one budget. Classes are powers of four from 4 KiB to 16 MiB, so that a
 * small file does not take the buffer of a whole block; the block sizes 1, 4 and 16 MiB are among them.
 *
 * <p>A buffer keeps the bytes of its last use. That leaks nothing as long as a lease is read only up to what its filler
 * has written, which is the filler's contract: the fetch publishes how many bytes have arrived.
 *
 * <p>At the budget {@link #acquire} waits; when it has waited too long the caller goes on without a buffer of the pool
 * (a read fails, a prefetch is skipped). It never grows past the budget. Thread-safe.
 */
public final class BufferPool implements AutoCloseable {
    static final int SMALLEST_SHIFT = 12;
    static final int LARGEST_SHIFT = 24;
    private static final int CLASSES = (LARGEST_SHIFT - SMALLEST_SHIFT) / 2 + 1;

    /** Buffers are handed to the kernel in whole pages. */
    private static final long PAGE_BYTES = 4096;

    private final long budgetBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition returned = lock.newCondition();
    private final List<Deque<Pooled>> idle = newIdle();
    private long allocatedBytes;
    private long inUseBytes;
    private long leases;

    /** Each buffer has an arena of its own, so that memory of an unused class can go to another one. */
    private record Pooled(Arena arena, MemorySegment buffer) {}

    private final Map<Long, Pooled> leased = new HashMap<>();

    public BufferPool(long budgetBytes) {
        if (budgetBytes < classBytes(CLASSES - 1)) {
            throw new IllegalArgumentException(
                    "memory.budget must be at least one buffer of 16MiB, was: " + budgetBytes + " bytes");
        }
        this.budgetBytes = budgetBytes;
    }

    /**
     * A buffer of at least {@code lengthBytes}.
     *
     * @return {@code null} if none became free within {@code patience}
     * @throws IllegalArgumentException if longer than the largest class
     */
    public @Nullable BlockLease acquire(int lengthBytes, Duration patience) throws InterruptedException {
        int sizeClass = classOf(lengthBytes);
        long left = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (true) {
                Pooled pooled = take(sizeClass);
                if (pooled != null) {
                    leased.put(pooled.buffer().address(), pooled);
                    inUseBytes += pooled.buffer().byteSize();
                    leases++;
                    return new BlockLease(this, pooled.buffer(), lengthBytes);
                }
                if (left <= 0) {
                    return null;
                }
                left = returned.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /** Bytes of buffers that somebody holds. */
    public long inUseBytes() {
        lock.lock();
        try {
            return inUseBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Bytes taken from the system: in use and idle. Never more than the budget. */
    public long allocatedBytes() {
        lock.lock();
        try {
            return allocatedBytes;
        } finally {
            lock.unlock();
        }
    }

    /** Leases handed out and not yet closed; 0 when everything is at rest, or something leaks. */
    public long openLeases() {
        lock.lock();
        try {
            return leases;
        } finally {
            lock.unlock();
        }
    }

    void giveBack(MemorySegment buffer, int lengthBytes) {
        lock.lock();
        try {
            Pooled pooled = leased.remove(buffer.address());
            if (pooled == null) {
                throw new IllegalStateException("a buffer came back that was not leased");
            }
            inUseBytes -= buffer.byteSize();
            leases--;
            idle.get(classOf(lengthBytes)).push(pooled);
            returned.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Frees the idle buffers. Leased ones are freed by nobody: closing with open leases is a leak, and says so. */
    @Override
    public void close() {
        lock.lock();
        try {
            for (Deque<Pooled> buffers : idle) {
                buffers.forEach(this::free);
                buffers.clear();
            }
            if (leases != 0) {
                throw new IllegalStateException(leases + " leases were not closed");
            }
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // Closed in free(): the arena lives as long as the pooled buffer.
    private @Nullable Pooled take(int sizeClass) {
        Pooled pooled = idle.get(sizeClass).poll();
        if (pooled != null) {
            return pooled;
        }
        long wanted = classBytes(sizeClass);
        for (int other = CLASSES - 1; other >= 0 && allocatedBytes + wanted > budgetBytes; other--) {
            while (allocatedBytes + wanted > budgetBytes && !idle.get(other).isEmpty()) {
                free(idle.get(other).pop());
            }
        }
        if (allocatedBytes + wanted > budgetBytes) {
            return null;
        }
        Arena arena = Arena.ofShared();
        allocatedBytes += wanted;
        return new Pooled(arena, arena.allocate(wanted, PAGE_BYTES));
    }

    private void free(Pooled pooled) {
        allocatedBytes -= pooled.buffer().byteSize();
        pooled.arena().close();
    }

    static int classOf(int lengthBytes) {
        int shift = Math.max(SMALLEST_SHIFT, 32 - Integer.numberOfLeadingZeros(Math.max(lengthBytes, 1) - 1));
        int sizeClass = (shift - SMALLEST_SHIFT + 1) / 2;
        if (sizeClass >= CLASSES) {
            throw new IllegalArgumentException("no buffer class holds " + lengthBytes + " bytes; the largest is 16MiB");
        }
        return sizeClass;
    }

    static long classBytes(int sizeClass) {
        return 1L << (SMALLEST_SHIFT + 2 * sizeClass);
    }

    private static List<Deque<Pooled>> newIdle() {
        List<Deque<Pooled>> lists = new ArrayList<>(CLASSES);
        for (int i = 0; i < CLASSES; i++) {
            lists.add(new ArrayDeque<>());
        }
        return List.copyOf(lists);
    }
}
