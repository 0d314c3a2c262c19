package io.blobcache.node.buffer;

import io.blobcache.node.metrics.PoolCounters;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Off-heap buffers for blocks, reused, within one budget. Classes are powers of four from 4 KiB to 16 MiB, so that a
 * small file does not take the buffer of a whole block; the block sizes 1, 4 and 16 MiB are among them.
 *
 * <p>A buffer keeps the bytes of its last use and is not zeroed. That leaks nothing as long as a lease is read only up to
 * what its filler has written, which is the filler's contract: the fetch publishes how many bytes have arrived.
 *
 * <p>At the budget {@link #acquire} waits; when it has waited too long the caller goes on without a buffer of the pool
 * (a read fails, a prefetch is skipped). It never grows past the budget. Thread-safe; taking a buffer that is idle and
 * giving it back cost one exchange each and no lock, unless somebody waits.
 */
@SuppressWarnings("NonAtomicVolatileUpdate") // The volatile fields are written under the lock only.
public final class BufferPool implements AutoCloseable {
    /** What is fetched ahead leaves one part of so many to readers that wait: at the least budget one block of 4 MiB. */
    private static final int RESERVED = 8;

    private final long budgetBytes;
    private final LeaseWatch watch;
    private final ReentrantLock lock = new ReentrantLock();
    private final WaitingLine line;
    private final List<IdleBuffers> idle =
            Stream.generate(IdleBuffers::new).limit(SizeClass.COUNT).toList();

    /** Written under the lock. */
    private volatile long allocatedBytes;

    private long buffers;

    public BufferPool(long budgetBytes) {
        this(budgetBytes, false, new PoolCounters());
    }

    /** @param watchLeases remember where each lease was taken, to name those that are never closed */
    public BufferPool(long budgetBytes, boolean watchLeases, PoolCounters counters) {
        if (budgetBytes < SizeClass.bytes(SizeClass.COUNT - 1)) {
            throw new IllegalArgumentException(
                    "memory.budget must be at least one buffer of 16MiB, was: " + budgetBytes + " bytes");
        }
        this.budgetBytes = budgetBytes;
        this.watch = new LeaseWatch(watchLeases);
        this.line = new WaitingLine(lock, counters);
    }

    /**
     * A buffer of at least {@code lengthBytes}.
     *
     * @return {@code null} if none became free within {@code patience}
     * @throws IllegalArgumentException if longer than the largest class
     */
    public @Nullable BlockLease acquire(int lengthBytes, Duration patience) throws InterruptedException {
        int sizeClass = SizeClass.of(lengthBytes);
        // Whoever waits comes first: nobody overtakes it by way of the slots.
        PooledBuffer idleOne = line.isEmpty() ? idle.get(sizeClass).take() : null;
        PooledBuffer buffer = idleOne != null ? idleOne : await(sizeClass, patience.toNanos());
        if (buffer == null) {
            watch.report();
            return null;
        }
        BlockLease lease = new BlockLease(buffer, lengthBytes);
        watch.taken(buffer, lease);
        return lease;
    }

    /**
     * A buffer for bytes that nobody waits for. Never waits.
     *
     * @return {@code null} if somebody waits for a buffer, or an eighth of the budget would not stay free
     */
    public @Nullable BlockLease acquireSpare(int lengthBytes) {
        int sizeClass = SizeClass.of(lengthBytes);
        PooledBuffer buffer;
        lock.lock();
        try {
            boolean spare = inUseBytes() + SizeClass.bytes(sizeClass) <= budgetBytes - budgetBytes / RESERVED;
            buffer = line.isEmpty() && spare ? takeOrMap(sizeClass) : null;
        } finally {
            lock.unlock();
        }
        if (buffer == null) {
            return null;
        }
        BlockLease lease = new BlockLease(buffer, lengthBytes);
        watch.taken(buffer, lease);
        return lease;
    }

    public long budgetBytes() {
        return budgetBytes;
    }

    /** Bytes of buffers that somebody holds. Exact while nobody takes or gives back. */
    public long inUseBytes() {
        lock.lock();
        try {
            long idleBytes = IntStream.range(0, SizeClass.COUNT)
                    .mapToLong(i -> idle.get(i).size() * SizeClass.bytes(i))
                    .sum();
            return Math.max(0, allocatedBytes - idleBytes);
        } finally {
            lock.unlock();
        }
    }

    /** Bytes taken from the system: in use and idle. Never more than the budget. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /** Leases handed out and not yet closed; 0 when everything is at rest, or something leaks. Exact as in-use bytes. */
    public long openLeases() {
        lock.lock();
        try {
            return Math.max(
                    0, buffers - idle.stream().mapToInt(IdleBuffers::size).sum());
        } finally {
            lock.unlock();
        }
    }

    /** Those who wait for a buffer now. */
    public long waiting() {
        return line.length();
    }

    void giveBack(PooledBuffer buffer) {
        watch.givenBack(buffer);
        boolean lies = idle.get(buffer.sizeClass()).put(buffer);
        // Who waits has said so before it looked into the slots a last time: one of us sees the other.
        if (lies && line.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            if (!lies) {
                idle.get(buffer.sizeClass()).enqueue(buffer);
            }
            line.callFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Frees the idle buffers. Leased ones are freed by nobody: closing with open leases is a leak, and says so. */
    @Override
    public void close() {
        lock.lock();
        try {
            for (IdleBuffers ofClass : idle) {
                for (PooledBuffer one = ofClass.takeAny(); one != null; one = ofClass.takeAny()) {
                    free(one);
                }
            }
            if (buffers != 0) {
                throw new IllegalStateException(buffers + " leases were not closed", watch.anyOpen());
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PooledBuffer await(int sizeClass, long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            return line.await(turn -> takeInTurn(sizeClass, turn), nanos);
        } finally {
            lock.unlock();
        }
    }

    private @Nullable PooledBuffer takeInTurn(int sizeClass, Condition turn) {
        return line.isFirst(turn) ? takeOrMap(sizeClass) : null;
    }

    /** Under the lock. At the budget, idle buffers of other classes, the largest first, make room. */
    private @Nullable PooledBuffer takeOrMap(int sizeClass) {
        PooledBuffer buffer = idle.get(sizeClass).takeAny();
        if (buffer != null) {
            return buffer;
        }
        long wanted = SizeClass.bytes(sizeClass);
        for (int other = SizeClass.COUNT - 1; other >= 0 && allocatedBytes + wanted > budgetBytes; other--) {
            makeRoom(other, wanted);
        }
        return allocatedBytes + wanted > budgetBytes ? null : map(sizeClass);
    }

    private PooledBuffer map(int sizeClass) {
        PooledBuffer buffer = PooledBuffer.map(this, sizeClass);
        allocatedBytes += buffer.bytes();
        buffers++;
        return buffer;
    }

    private void makeRoom(int sizeClass, long wantedBytes) {
        while (allocatedBytes + wantedBytes > budgetBytes) {
            PooledBuffer unused = idle.get(sizeClass).takeAny();
            if (unused == null) {
                return;
            }
            free(unused);
        }
    }

    private void free(PooledBuffer buffer) {
        allocatedBytes -= buffer.bytes();
        buffers--;
        buffer.free();
    }

    /** Where the buffers were taken that nobody can give back any more; empty unless leases are watched. */
    List<Throwable> leaks() {
        return watch.leaks();
    }
}
