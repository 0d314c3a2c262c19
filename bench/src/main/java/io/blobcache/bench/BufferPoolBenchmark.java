package io.blobcache.bench;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.posix.MemoryCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A buffer of the pool, taken and given back, against a fresh zeroed one: what the pool saves each block. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx512m"})
public class BufferPoolBenchmark {
    private static final int PAGE_BYTES = 4096;
    static final long BUDGET_BYTES = 64L << 20;

    @Param({"1", "4", "16"})
    public int mebibytes;

    private BufferPool pool;
    private int bytes;

    @Setup
    public void open() {
        pool = new BufferPool(BUDGET_BYTES);
        bytes = mebibytes << 20;
    }

    @TearDown
    public void close() {
        pool.close();
    }

    @Benchmark
    public byte pooled() throws InterruptedException {
        try (BlockLease lease = pool.acquire(bytes, Duration.ZERO)) {
            return touched(lease.buffer(), bytes);
        }
    }

    /** Off-heap as the pool's are, and zeroed as every allocation in Java: what a block costs without a pool. */
    @Benchmark
    public byte fresh() {
        try (Arena arena = Arena.ofConfined()) {
            return touched(arena.allocate(bytes), bytes);
        }
    }

    /** From the system each time, every page of it: what an allocator that keeps nothing would cost. */
    @Benchmark
    public byte freshFromSystem() {
        MemorySegment mapped = MemoryCalls.mmap(bytes);
        for (long page = 0; page < bytes; page += PAGE_BYTES) {
            mapped.set(JAVA_BYTE, page, (byte) 0);
        }
        byte touched = touched(mapped, bytes);
        MemoryCalls.munmap(mapped);
        return touched;
    }

    /** On the heap, with the garbage collection that it brings along. */
    @Benchmark
    public byte freshHeapArray() {
        byte[] array = new byte[bytes];
        array[0] = 1;
        array[bytes - 1] = 2;
        return (byte) (array[0] + array[bytes - 1]);
    }

    /** Writes to the first and to the last page, so that neither can be left out. */
    static byte touched(MemorySegment buffer, int bytes) {
        buffer.set(JAVA_BYTE, 0, (byte) 1);
        buffer.set(JAVA_BYTE, bytes - 1L, (byte) 2);
        return (byte) (buffer.get(JAVA_BYTE, 0) + buffer.get(JAVA_BYTE, bytes - 1L));
    }
}
