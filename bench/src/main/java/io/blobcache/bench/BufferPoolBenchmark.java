package io.blobcache.bench;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import java.lang.foreign.Arena;
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
    private static final long BUDGET_BYTES = 64L << 20;

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
    public long pooled() throws InterruptedException {
        try (BlockLease lease = pool.acquire(bytes, Duration.ZERO)) {
            return lease.buffer().address();
        }
    }

    /** Off-heap as the pool's are, and zeroed as every allocation in Java: what a block costs without a pool. */
    @Benchmark
    public long fresh() {
        try (Arena arena = Arena.ofConfined()) {
            return arena.allocate(bytes).address();
        }
    }
}
