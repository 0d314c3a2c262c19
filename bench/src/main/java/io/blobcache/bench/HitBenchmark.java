package io.blobcache.bench;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.tier.BlockTier;
import java.io.IOException;
import java.nio.file.Files;
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

/** One request that this node answers by itself: the time of it, and with {@code -prof gc} the bytes it allocates. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(
        value = 1,
        jvmArgsAppend = {"--enable-native-access=ALL-UNNAMED", "-Xmx512m"})
public class HitBenchmark {

    /** The smallest read of a program, and a step of the kernel's read-ahead. */
    @Param({"4096", "131072"})
    public int lengthBytes;

    private LoadedTiers tiers;
    private long offset;

    @Setup
    public void load() throws IOException {
        // bench/run says where, and deletes it.
        tiers = LoadedTiers.load(Files.createTempDirectory("hit"));
    }

    @TearDown
    public void close() {
        tiers.close();
    }

    @Benchmark
    public int memory() {
        return find(tiers.memory());
    }

    @Benchmark
    public int disk() {
        return find(tiers.disk());
    }

    /** As a request of the kernel comes: through the loop over the tiers. */
    @Benchmark
    public int tieredReader() throws BlobException {
        return tiers.reader().read(tiers.blocks(), next(), lengthBytes, tiers.into(), 0, true);
    }

    private int find(BlockTier tier) {
        long at = next();
        int index = tiers.blocks().indexOf(at);
        int within = (int) (at - tiers.blocks().offsetOf(index));
        int found =
                tier.find(tiers.blocks().blob(), tiers.blocks().key(index), within, lengthBytes, tiers.into(), 0, true);
        if (found != lengthBytes) {
            throw new IllegalStateException(tier.name() + " misses what it was filled with");
        }
        return found;
    }

    /** Walks over the blob, so that neither the tier nor the processor sees the same bytes each time. */
    private long next() {
        offset = (offset + lengthBytes) % tiers.blocks().blob().lengthBytes();
        return offset;
    }
}
