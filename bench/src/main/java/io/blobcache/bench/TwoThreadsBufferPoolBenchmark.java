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
import org.openjdk.jmh.annotations.Threads;

/**
 * Two threads that take buffers of one class out of one pool and give them back, against two that make fresh ones. Of the
 * default block size only: what threads contend for is the same in every class.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Threads(2)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx512m"})
public class TwoThreadsBufferPoolBenchmark {
    @Param("4")
    public int mebibytes;

    private BufferPool pool;
    private int bytes;

    @Setup
    public void open() {
        pool = new BufferPool(BufferPoolBenchmark.BUDGET_BYTES);
        bytes = mebibytes << 20;
    }

    @TearDown
    public void close() {
        pool.close();
    }

    @Benchmark
    public byte pooledByTwo() throws InterruptedException {
        try (BlockLease lease = pool.acquire(bytes, Duration.ZERO)) {
            return BufferPoolBenchmark.touched(lease.buffer(), bytes);
        }
    }

    @Benchmark
    public byte freshByTwo() {
        try (Arena arena = Arena.ofConfined()) {
            return BufferPoolBenchmark.touched(arena.allocate(bytes), bytes);
        }
    }
}
