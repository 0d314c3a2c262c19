package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.source.MountedSources;
import io.blobcache.node.source.MountedSources.Mounted;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.Flights;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.memory.MemoryTier;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Fetching ahead from two sources of one mount, of which one answers when the test lets it. */
class SourcesApartTest {
    private static final int BLOCK = 1 << 20;
    private static final int BLOCKS = 4;
    private static final long FILE_BYTES = (long) BLOCKS * BLOCK;
    private static final int WORKERS = 2;
    private static final long MILLIS = 1_000_000;

    private final AtomicLong nanos = new AtomicLong();
    private final ReadCounters counters = new ReadCounters();
    private final BufferPool pool = new BufferPool(32 << 20);
    private final Unread unread = new Unread(counters, nanos::get);
    private final MemoryTier memory = new MemoryTier(16 * BLOCK, new TierCounters(), unread);
    private final ScriptedSource gated = new ScriptedSource(new byte[BLOCKS * BLOCK]);
    private final ScriptedSource other = new ScriptedSource(new byte[BLOCKS * BLOCK]);
    private final SingleFlight flights = Flights.of(
            List.of(memory),
            new MountedSources(List.of(new Mounted("gated", gated), new Mounted("other", other))),
            pool,
            counters,
            Runnable::run,
            nanos::get);
    private final PrefetchConfig wholeFiles = new PrefetchConfig(FILE_BYTES, FILE_BYTES, 0, WORKERS);
    private final Prefetcher prefetcher =
            new Prefetcher(unread, flights, counters, () -> wholeFiles, nanos::get, Executors.newCachedThreadPool());
    private final BlobBlocks ofGated = blob("gated/file");
    private final BlobBlocks ofOther = blob("other/file");

    @AfterEach
    void close() {
        gated.gate.release(1_000);
        prefetcher.close();
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void oneThatHangsHoldsUpNothingOfAnother() {
        gated.gated = true;
        open(ofGated).read(0, 4096);
        await(() -> gated.reads.get() == WORKERS);
        open(ofOther).read(0, 4096);

        await(() -> counters.prefetchedBytes.sum() == (BLOCKS - 1L) * BLOCK);
        assertThat(other.reads).hasValue(BLOCKS - 1);
        assertThat(gated.reads).as("no more than it has workers").hasValue(WORKERS);
    }

    @Test
    void theirPacesAreTheirOwn() {
        gated.gated = true;
        open(ofGated).read(0, 4096);
        await(() -> gated.reads.get() == WORKERS);
        nanos.addAndGet(50 * MILLIS);
        gated.gate.release(1_000);
        await(() -> counters.prefetchedBytes.sum() == (BLOCKS - 1L) * BLOCK);
        await(() -> pace(ofGated) > 0);

        assertThat(pace(ofOther)).as("nobody has measured it").isZero();
    }

    private long pace(BlobBlocks blocks) {
        return prefetcher.ofSource(blocks).pace().fetchNanos();
    }

    private ReadWindow open(BlobBlocks blocks) {
        return Objects.requireNonNull(prefetcher.open(blocks));
    }

    private static BlobBlocks blob(String path) {
        return new BlobBlocks(new Blob(BlobId.of("s", path, "v"), path, "v", FILE_BYTES), new BlockSize(BLOCK));
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
