package io.blobcache.bench;

import io.blobcache.node.metrics.Durations;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.metrics.FuseCounters.Operation;
import io.blobcache.node.metrics.TierCounters;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Threads;

/**
 * All that is counted for one read request that memory answers, and nothing else: the time of it, by one thread and by two
 * that count in the same place. What remains where nothing is counted ({@code -Dblobcache.metrics=off} in the fork) is the
 * clock that the deadline of a request needs.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(value = 1)
public class CountingBenchmark {
    @Param("4096")
    public int lengthBytes;

    private final FuseCounters fuse = new FuseCounters();
    private final TierCounters memory = new TierCounters();

    @Benchmark
    @Threads(1)
    public void oneThread() {
        count();
    }

    @Benchmark
    @Threads(2)
    public void twoThreads() {
        count();
    }

    private void count() {
        long arrivedNanos = System.nanoTime();
        memory.hit(lengthBytes, Durations.now());
        fuse.answeredSince(Operation.READ, arrivedNanos, false);
    }
}
