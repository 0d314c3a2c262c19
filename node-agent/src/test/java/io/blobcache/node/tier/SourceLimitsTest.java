package io.blobcache.node.tier;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.Source;
import io.blobcache.node.tier.memory.MemoryTier;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** The limit of requests is that of each source. */
class SourceLimitsTest {
    private static final int LENGTH = 100_000;
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final ScriptedSource slow = new ScriptedSource(new byte[LENGTH]);
    private final ScriptedSource other = new ScriptedSource(new byte[LENGTH]);
    private final Source both = new MountedSources(
            List.of(new MountedSources.Mounted("slow", slow), new MountedSources.Mounted("other", other)));

    @Test
    void fetchesThatWaitForOneSourceHoldUpNoneOfAnother() throws BlobException {
        ReadCounters counters = new ReadCounters();
        slow.gated = true;
        try (BufferPool pool = new BufferPool(16 << 20);
                MemoryTier memory = new MemoryTier(4 << 20, new TierCounters(), Wanted.NOTHING);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Arena arena = Arena.ofConfined()) {
            SingleFlight flights = new SingleFlight(
                    List.of(memory),
                    both,
                    Peers.NONE,
                    new RefusedBlobs(counters),
                    pool,
                    counters,
                    threads,
                    1,
                    PATIENCE,
                    PATIENCE,
                    System::nanoTime);
            TieredReader reader = new TieredReader(List.of(memory), flights, counters, PATIENCE);
            var into = arena.allocate(LENGTH);
            try {
                assertThat(reader.read(blob("slow/a"), 0, LENGTH, into, 0, false))
                        .isEqualTo(TieredReader.WOULD_BLOCK);
                assertThat(reader.read(blob("slow/b"), 0, LENGTH, into, 0, false))
                        .isEqualTo(TieredReader.WOULD_BLOCK);

                assertThat(reader.read(blob("other/c"), 0, LENGTH, into, 0, true))
                        .isEqualTo(LENGTH);

                assertThat(slow.reads).hasValueLessThanOrEqualTo(1);
            } finally {
                slow.gate.release(1_000);
            }
        }
    }

    private BlobBlocks blob(String path) {
        return new BlobBlocks(both.blob(path, "v", LENGTH), new BlockSize(1 << 20));
    }
}
