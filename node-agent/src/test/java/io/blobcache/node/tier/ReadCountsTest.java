package io.blobcache.node.tier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.memory.MemoryTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What {@link TieredReader} counts of each tier. */
class ReadCountsTest {
    private final byte[] content = new byte[1 << 20];
    private final Blob blob = new Blob(BlobId.of("s", "p", "v"), "p", "v", content.length);
    private final BlobBlocks blocks = new BlobBlocks(blob, new BlockSize(1 << 20));
    private final ScriptedSource source = new ScriptedSource(content);
    private final BufferPool pool = new BufferPool(64 << 20);
    private final MapTier disk = new MapTier();
    private final ReadCounters counters = new ReadCounters();
    private final TierCounters ofMemory = new TierCounters();
    private final MemoryTier memory = new MemoryTier(16 << 20, ofMemory, Wanted.NOTHING);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SingleFlight flights =
            Flights.of(List.of(memory, disk), source, pool, counters, threads, System::nanoTime);
    private final TieredReader reader =
            new TieredReader(List.of(memory, disk), flights, counters, Duration.ofSeconds(20));

    @AfterEach
    void close() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        memory.close();
        pool.close();
    }

    /** A reader of the kernel asks once without waiting and then again: that is one read, and one miss in each tier. */
    @Test
    void aReadCountsOnceInEachTierHoweverOftenItAsked() throws BlobException {
        source.gated = true;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(4096);
            assertThat(reader.read(blocks, 0, 4096, into, 0, false)).isEqualTo(TieredReader.WOULD_BLOCK);
            source.gate.release(1_000);
            assertThat(reader.readAgain(blocks, 0, 4096, into, 0)).isEqualTo(4096);
        }
        Flights.awaitNone(flights);

        read(100);
        memory.close();
        read(7);

        assertThat(ofMemory.hits.sum()).isEqualTo(1);
        assertThat(ofMemory.misses.sum()).isEqualTo(2);
        assertThat(ofMemory.readBytes.sum()).isEqualTo(100);
        assertThat(disk.counters.hits.sum()).isEqualTo(1);
        assertThat(disk.counters.misses.sum()).isEqualTo(1);
        assertThat(disk.counters.readBytes.sum()).isEqualTo(7);
        assertThat(disk.counters.readDurations.count()).isEqualTo(1);
        assertThat(counters.bySource.reads.sum()).isEqualTo(1);
        assertThat(counters.bySource.readBytes.sum()).isEqualTo(4096);
    }

    @Test
    void aReadThatComesAgainAndFindsItsBlockInMemoryHasWaitedForTheSource() throws BlobException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(4096);
            reader.read(blocks, 0, 4096, into, 0, false);
            Flights.awaitNone(flights);
            long before = counters.bySource.reads.sum();

            assertThat(reader.readAgain(blocks, 0, 4096, into, 0)).isEqualTo(4096);

            assertThat(ofMemory.hits.sum()).isZero();
            assertThat(counters.bySource.reads.sum()).isEqualTo(before + 1);
        }
    }

    @Test
    void aReadThatGetsNoBytesIsNoMissButAnError() {
        source.failing = true;

        assertThatThrownBy(() -> read(10)).isInstanceOf(BlobException.Unavailable.class);

        assertThat(counters.failedReads.sum()).isEqualTo(1);
        assertThat(disk.counters.misses.sum()).isZero();
    }

    private void read(int length) throws BlobException {
        try (Arena arena = Arena.ofConfined()) {
            reader.read(blocks, 0, length, arena.allocate(length), 0, true);
        }
    }
}
