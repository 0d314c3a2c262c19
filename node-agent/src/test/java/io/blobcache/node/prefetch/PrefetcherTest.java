package io.blobcache.node.prefetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.config.PrefetchConfig;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.Flights;
import io.blobcache.node.tier.ScriptedSource;
import io.blobcache.node.tier.SingleFlight;
import io.blobcache.node.tier.TieredReader;
import io.blobcache.node.tier.memory.MemoryTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What became of blocks that were fetched ahead, for workloads of which it is known. */
class PrefetcherTest {
    private static final int BLOCK = 1 << 20;
    private static final int BLOCKS = 40;
    /** Four windows: with two the least recently used block may be the one that is wanted next. */
    private static final int MEMORY_BLOCKS = 16;

    private static final int WINDOW_BLOCKS = 4;

    private final ReadCounters counters = new ReadCounters();
    private final BufferPool pool = new BufferPool(32 << 20);
    private final AtomicLong nanos = new AtomicLong();
    private final Unread unread = new Unread(counters, nanos::get);
    private final MemoryTier memory = new MemoryTier(MEMORY_BLOCKS * BLOCK, new TierCounters(), unread);
    private final ScriptedSource source = new ScriptedSource(new byte[BLOCKS * BLOCK]);
    private final SingleFlight flights = Flights.of(List.of(memory), source, pool, counters, Runnable::run, () -> 0);
    private final TieredReader reader = new TieredReader(List.of(memory), flights, counters, Duration.ofSeconds(20));
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private PrefetchConfig config = new PrefetchConfig((long) WINDOW_BLOCKS * BLOCK, 0, 0, 1);
    private final Prefetcher prefetcher = new Prefetcher(unread, flights, counters, () -> config, () -> 0, worker);
    private final BlobBlocks blocks = blob("one");
    private final ReadWindow window = open(blocks);

    @AfterEach
    void everyLeaseIsClosed() {
        prefetcher.close();
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void aReaderInOrderUsesAllThatWasFetchedAhead() throws BlobException {
        for (int block = 0; block < BLOCKS; block++) {
            readInQuarters(window, blocks, block);
            awaitRest();
        }

        assertThat(counters.prefetchedBytes.sum()).as("all but the first block").isEqualTo((BLOCKS - 1L) * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo((BLOCKS - 1L) * BLOCK);
        assertThat(counters.prefetchWastedBytes.sum()).isZero();
        assertThat(source.reads).hasValue(BLOCKS);
    }

    @Test
    void whatNobodyReadsIsWastedOnceItHasLeftTheTiers() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        read(window, blocks, BLOCK, 4096);
        awaitRest();
        // Block 1 was fetched ahead and read; 2 and 3 were fetched ahead and nobody comes.
        assertThat(counters.prefetchedBytes.sum()).isEqualTo(3L * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(BLOCK);
        assertThat(counters.prefetchWastedBytes.sum())
                .as("they may yet be read")
                .isZero();

        window.close();
        BlobBlocks other = blob("other");
        ReadWindow otherWindow = open(other);
        for (int block = 0; block < 2 * MEMORY_BLOCKS; block++) {
            readInQuarters(otherWindow, other, block);
            awaitRest();
        }

        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        // Read after they had left, as any other block.
        read(open(blocks), blocks, 2L * BLOCK, 4096);
        read(open(blocks), blocks, 3L * BLOCK, 4096);
        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        assertThat(counters.prefetchUsedBytes.sum() + counters.prefetchWastedBytes.sum())
                .isLessThanOrEqualTo(counters.prefetchedBytes.sum());
    }

    @Test
    void whatAReaderLeftBehindIsWastedAfterTenMinutesThoughATierHasIt() throws BlobException {
        fetchTwoAhead();
        window.close();
        nanos.addAndGet(Duration.ofMinutes(10).toNanos() - 1);
        unread.settle();
        assertThat(counters.prefetchWastedBytes.sum())
                .as("another one may open it")
                .isZero();
        nanos.incrementAndGet();
        unread.settle();

        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        assertThat(counters.prefetchUnreadBytes.sum()).isZero();
        long before = source.reads.get();
        read(open(blocks), blocks, 2L * BLOCK, 4096);
        assertThat(source.reads).as("it is still here").hasValue((int) before);
        assertThat(counters.prefetchUsedBytes.sum()).as("not once more").isEqualTo(BLOCK);
    }

    @Test
    void whatAReaderStillGoesOnToIsWastedAfterAnHour() throws BlobException {
        fetchTwoAhead();
        nanos.addAndGet(Duration.ofHours(1).toNanos() - 1);
        unread.settle();
        assertThat(counters.prefetchWastedBytes.sum()).isZero();
        nanos.incrementAndGet();
        unread.settle();

        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        assertThat(unread.soon(blocks.key(2))).as("it may leave memory").isFalse();
    }

    @Test
    void theNextFetchAheadFindsWhatIsTooLate() throws BlobException {
        fetchTwoAhead();
        window.close();
        nanos.addAndGet(Duration.ofMinutes(10).toNanos());
        read(open(blob("other")), blob("other"), 0, 4096);
        awaitRest();

        assertThat(counters.prefetchWastedBytes.sum()).isEqualTo(2L * BLOCK);
        assertThat(counters.prefetchUnreadBytes.sum()).as("the new one").isEqualTo(BLOCK);
    }

    @Test
    void aBlockIsUsedOnceHoweverOftenItIsRead() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        for (int i = 0; i < 5; i++) {
            read(open(blocks), blocks, BLOCK + i * 4096L, 4096);
        }

        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(BLOCK);
    }

    @Test
    void aBlockThatIsReadWhileItIsOnItsWayIsUsed() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        source.gated = true;
        read(window, blocks, BLOCK, 4096); // Block 2 and then 3 are on their way now.
        await(() -> source.reads.get() == 3);
        window.read(2L * BLOCK, 4096);
        source.gate.release(1_000);
        awaitRest();

        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(2L * BLOCK);
    }

    @Test
    void whatAReaderStillGoesOnToIsNotPushedOutByOthers() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        read(window, blocks, BLOCK, 4096); // Blocks 2 and 3 are fetched ahead and it takes its time.
        awaitRest();
        BlobBlocks other = blob("other");
        ReadWindow otherWindow = open(other);
        for (int block = 0; block < BLOCKS; block++) {
            readInQuarters(otherWindow, other, block);
            awaitRest();
        }

        assertThat(memory.holds(blocks.blob(), blocks.key(2))).isTrue();
        assertThat(memory.holds(blocks.blob(), blocks.key(3))).isTrue();
        assertThat(counters.prefetchWastedBytes.sum()).isZero();
    }

    @Test
    void moreThanMemoryHoldsIsNotFetchedAhead() throws BlobException {
        List<BlobBlocks> many = new ArrayList<>();
        for (int reader = 0; reader < 12; reader++) {
            BlobBlocks its = blob("reader-" + reader);
            many.add(its);
            ReadWindow itsWindow = open(its);
            read(itsWindow, its, 0, 4096);
            awaitRest();
            read(itsWindow, its, BLOCK, 4096);
            awaitRest();
        }

        assertThat(counters.prefetchCancelledByMemory.sum()).isPositive();
        assertThat(counters.prefetchWastedBytes.sum()).isZero();
        assertThat(counters.prefetchUnreadBytes.sum()).isBetween(10L * BLOCK, (long) MEMORY_BLOCKS * BLOCK);
        for (BlobBlocks its : many) {
            read(open(its), its, 3L * BLOCK, 4096); // A reader gets what it wants all the same.
        }
    }

    @Test
    void closingTheFileCancelsWhatIsStillToBeFetched() throws BlobException {
        config = new PrefetchConfig((long) WINDOW_BLOCKS * BLOCK, (long) BLOCKS * BLOCK, 0, 1);
        ReadWindow whole = open(blocks);
        source.gated = true;
        whole.read(0, 4096);
        await(() -> source.reads.get() == 1);
        whole.close();
        source.gate.release(1_000);
        awaitRest();

        assertThat(source.reads).hasValue(1);
        assertThat(counters.prefetchCancelledByClose.sum()).isEqualTo(1);
        assertThat(counters.prefetchWindowBytes.sum()).isZero();
    }

    @Test
    void aShortFileIsFetchedWholeAtItsFirstRead() throws BlobException {
        config = new PrefetchConfig((long) WINDOW_BLOCKS * BLOCK, 4L * BLOCK, 0, 1);
        BlobBlocks four = blob("four", 4);
        ReadWindow whole = open(four);
        read(whole, four, 2L * BLOCK, 4096);
        awaitRest();
        assertThat(counters.prefetchedBytes.sum()).isEqualTo(3L * BLOCK);
        for (int block = 0; block < 4; block++) {
            readInQuarters(whole, four, block);
        }
        awaitRest();
        assertThat(source.reads).hasValue(4);
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(3L * BLOCK);
    }

    @Test
    void aJumpCancelsWhatIsStillToBeFetched() throws BlobException {
        for (int block = 0; block < 4; block++) {
            readInQuarters(window, blocks, block);
            awaitRest();
        }
        long before = source.reads.get();
        source.gated = true;
        window.read(4L * BLOCK, 2 * BLOCK); // Two blocks more come into its window.
        await(() -> source.reads.get() == before + 1);
        window.read(30L * BLOCK, 4096);
        source.gate.release(1_000);
        awaitRest();

        assertThat(source.reads.get()).isEqualTo(before + 1);
        assertThat(counters.prefetchCancelledBySeek.sum()).isEqualTo(1);
    }

    @Test
    void aSourceThatFailsIsLeftAloneUntilTheReaderEntersTheNextBlock() throws BlobException {
        readInQuarters(window, blocks, 0);
        awaitRest();
        source.failing = true;
        window.read(BLOCK, 4096);
        awaitRest();

        assertThat(counters.prefetchCancelledByFailure.sum()).isEqualTo(1);
        assertThat(counters.failedFetches.sum()).isEqualTo(1);
    }

    @Test
    void switchedOffItFetchesNothing() throws BlobException {
        config = new PrefetchConfig(0, (long) BLOCKS * BLOCK, 16, 1);
        readInQuarters(open(blocks), blocks, 0);
        readInQuarters(window, blocks, 1);
        awaitRest();
        assertThat(counters.prefetchedBytes.sum()).isZero();
    }

    @Test
    void foreseenBlobsAreFetchedInTheirOrderUntilTheReaderGoesElsewhere() throws BlobException {
        List<String> read = new ArrayList<>();
        config = new PrefetchConfig((long) WINDOW_BLOCKS * BLOCK, BLOCK, 16, 1);
        Foreseen foreseen = prefetcher.foresee(blob -> read.add(blob.path()));
        BlobBlocks a = blob("a", 1);
        foreseen.add(a);
        awaitRest();
        source.gated = true;
        foreseen.add(blob("b", 1));
        foreseen.add(blob("c", 1));
        await(() -> source.reads.get() == 2);
        foreseen.cancel();
        source.gate.release(1_000);
        awaitRest();

        assertThat(source.reads).as("c is not fetched").hasValue(2);
        assertThat(counters.prefetchCancelledBySeek.sum()).isEqualTo(1);
        prefetcher.noteRead(a);
        prefetcher.noteRead(a);
        assertThat(read).containsExactly("a");
        assertThat(counters.prefetchUsedBytes.sum()).isEqualTo(BLOCK);
    }

    /** Block 1 was fetched ahead and read; 2 and 3 were fetched ahead and nobody has come. */
    private void fetchTwoAhead() throws BlobException {
        read(window, blocks, 0, 4096);
        awaitRest();
        read(window, blocks, BLOCK, 4096);
        awaitRest();
        assertThat(counters.prefetchUnreadBytes.sum()).isEqualTo(2L * BLOCK);
    }

    private void readInQuarters(ReadWindow window, BlobBlocks blob, int block) throws BlobException {
        for (int quarter = 0; quarter < 4; quarter++) {
            read(window, blob, block * (long) BLOCK + quarter * (BLOCK / 4L), BLOCK / 4);
        }
    }

    /** As an open file does it. */
    private void read(ReadWindow window, BlobBlocks blob, long offset, int length) throws BlobException {
        window.read(offset, length);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(length);
            assertThat(reader.read(blob, offset, length, into, 0, true)).isEqualTo(length);
        }
    }

    private void awaitRest() {
        try {
            worker.submit(() -> {}).get(20, TimeUnit.SECONDS); // It comes behind all that was asked for.
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private ReadWindow open(BlobBlocks blob) {
        return Objects.requireNonNull(prefetcher.open(blob));
    }

    private static BlobBlocks blob(String path) {
        return blob(path, BLOCKS);
    }

    private static BlobBlocks blob(String path, int blocks) {
        return new BlobBlocks(
                new Blob(BlobId.of("s", path, "v"), path, "v", (long) blocks * BLOCK), new BlockSize(BLOCK));
    }
}
