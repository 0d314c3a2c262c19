package io.blobcache.node.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.buffer.Leases;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TieredReaderTest {
    private static final BlockSize BLOCK_SIZE = new BlockSize(1 << 20);
    private static final int LENGTH = (3 << 20) + 12_345;

    private final byte[] content = randomBytes(LENGTH);
    private final Blob blob = new Blob(BlobId.of("s", "p", "v"), "p", "v", LENGTH);
    private final BlobBlocks blocks = new BlobBlocks(blob, BLOCK_SIZE);
    private final ScriptedSource source = new ScriptedSource(content);
    private final BufferPool pool = new BufferPool(64 << 20);
    private final MapTier disk = new MapTier();
    private final ReadCounters counters = new ReadCounters();
    private final AtomicLong nanoTime = new AtomicLong();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private MemoryTier memory = new MemoryTier(16 << 20, new TierCounters(), Wanted.NOTHING);
    private SingleFlight flights = flights(memory);
    private TieredReader reader = new TieredReader(List.of(memory, disk), flights, counters, Duration.ofSeconds(20));

    @AfterEach
    void everyLeaseIsClosed() throws InterruptedException {
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void aMissFillsEveryTierAndReadsTheSourceOnce() throws BlobException {
        assertThat(read(0, LENGTH)).isEqualTo(content);
        Flights.awaitNone(flights);
        assertThat(read(0, LENGTH)).isEqualTo(content);

        assertThat(source.reads).hasValue(4);
        assertThat(disk.blocks).hasSize(4);
    }

    @Test
    void aReadAcrossBlocksAndPastTheEndIsShortOnlyAtTheEnd() throws BlobException {
        assertThat(read((1 << 20) - 10, 20)).isEqualTo(Arrays.copyOfRange(content, (1 << 20) - 10, (1 << 20) + 10));
        assertThat(read(LENGTH - 5, 100)).isEqualTo(Arrays.copyOfRange(content, LENGTH - 5, LENGTH));
        assertThat(read(LENGTH, 100)).isEmpty();
        assertThat(read(Long.MAX_VALUE, 100)).isEmpty();
    }

    @Test
    void aReaderThatMayNotWaitIsTurnedAwayByALateTierWithoutAskingTheSource() throws BlobException {
        memory = new MemoryTier(0, new TierCounters(), Wanted.NOTHING);
        reader = readerOver(memory);
        assertThat(read(0, LENGTH)).isEqualTo(content);
        Flights.awaitNone(flights);
        disk.late = mayWait -> !mayWait;

        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(4096);
            assertThat(reader.read(blocks, 0, 4096, into, 0, false)).isEqualTo(TieredReader.WOULD_BLOCK);
        }

        assertThat(flights.size()).isZero();
        assertThat(read(0, 4096)).isEqualTo(Arrays.copyOf(content, 4096));
        assertThat(source.reads).as("reads of the source").hasValue(4);
    }

    @Test
    void whatATierHoldsAndDoesNotGiveInTimeIsFetchedAlthoughItIsHeld() throws BlobException {
        memory = new MemoryTier(0, new TierCounters(), Wanted.NOTHING);
        reader = readerOver(memory);
        assertThat(read(0, LENGTH)).isEqualTo(content);
        Flights.awaitNone(flights);
        disk.late = _ -> true;

        assertThat(read(0, LENGTH)).isEqualTo(content);

        Flights.awaitNone(flights);
        assertThat(source.reads).as("reads of the source").hasValue(8);
    }

    @Test
    void aReaderIsServedBeforeTheBlockIsComplete() throws BlobException {
        source.gated = true;
        source.gate.release(1);

        assertThat(read(0, 4096)).isEqualTo(Arrays.copyOf(content, 4096));

        assertThat(disk.blocks).isEmpty();
        source.gate.release(1_000);
    }

    @Test
    void bytesInTheMiddleOfABlockComeFirst() throws BlobException {
        source.gated = true;
        source.gate.release(1);

        int offset = 700_000;
        assertThat(read(offset, 4096)).isEqualTo(Arrays.copyOfRange(content, offset, offset + 4096));

        source.gate.release(1_000);
        Flights.awaitNone(flights);
        assertThat(source.ranges).containsExactly("655360+393216", "0+655360");
        assertThat(disk.blocks.get(blocks.key(0))).isEqualTo(Arrays.copyOf(content, 1 << 20));
    }

    @Test
    void aReadOverTheBorderOfHeadAndTailWaitsForBoth() throws Exception {
        source.gated = true;
        source.gate.release(1);
        read(700_000, 10);

        Future<byte[]> across = threads.submit(() -> read(655_000, 1_000));
        source.gate.release(1_000);

        assertThat(across.get(20, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOfRange(content, 655_000, 656_000));
    }

    @Test
    void aThousandReadersOfAColdBlobReadTheSourceOncePerBlock() throws Exception {
        List<Future<byte[]>> reads = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            reads.add(threads.submit(() -> read(1_000_000, 200_000)));
        }
        for (Future<byte[]> read : reads) {
            assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOfRange(content, 1_000_000, 1_200_000));
        }
        Flights.awaitNone(flights);
        List<String> distinct = source.ranges.stream().distinct().toList();
        assertThat(source.ranges).hasSameSizeAs(distinct);
        assertThat(disk.blocks).hasSize(2);
    }

    @Test
    void aReaderThatMustNotWaitBeginsTheFetch() throws BlobException {
        source.gated = true;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(4096);
            assertThat(reader.read(blocks, 0, 4096, into, 0, false)).isEqualTo(TieredReader.WOULD_BLOCK);
        }
        source.gate.release(1_000);
        Flights.awaitNone(flights);
        assertThat(disk.blocks).hasSize(1);
    }

    /** A hundred readers of a broken block are slowed down, but not by a pause for each that came before. */
    @Test
    void answersOfARememberedFailureAreHeldBackSoManyTimesAndNoMore() throws BlobException {
        List<Duration> pauses = new ArrayList<>();
        source.failing = true;
        flights = flights(memory, Runnable::run);
        reader = new TieredReader(List.of(memory, disk), flights, counters, Duration.ofSeconds(20), pauses::add);

        for (int answer = 1; answer <= 40; answer++) {
            assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Unavailable.class);
            assertThat(pauses).hasSize(Math.min(answer, 24)).containsOnly(Duration.ofMillis(350));
        }
        assertThat(source.reads).hasValue(1);

        nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Unavailable.class);
        assertThat(source.reads).as("asked again").hasValue(2);
        assertThat(pauses).as("the same trouble goes on").hasSize(24);

        source.failing = false;
        nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(read(0, 10)).isEqualTo(Arrays.copyOf(content, 10));
        memory.close();
        disk.blocks.clear();
        source.failing = true;
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Unavailable.class);
        assertThat(pauses).as("new trouble").hasSize(25);
    }

    @Test
    void aReaderThatIsInterruptedWhileItIsHeldBackGoesAtOnce() {
        source.failing = true;
        flights = flights(memory, Runnable::run);
        reader = new TieredReader(List.of(memory, disk), flights, counters, Duration.ofSeconds(20), _ -> {
            throw new InterruptedException();
        });

        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Interrupted.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aBusyTierGetsTheBlockAMomentLater() throws BlobException {
        disk.busyAnswers.set(3);
        read(0, 10);
        Flights.awaitNone(flights);
        assertThat(disk.blocks).hasSize(1);
    }

    @Test
    void aTierThatDeclinesCostsNothingButTheFill() throws BlobException {
        disk.declining = true;
        assertThat(read(0, LENGTH)).isEqualTo(content);
    }

    @Test
    void aFailureReachesTheReaderAndIsRememberedForAWhile() throws BlobException {
        source.failing = true;
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Unavailable.class);
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Unavailable.class);
        assertThat(source.reads).hasValue(1);

        source.failing = false;
        nanoTime.addAndGet(Duration.ofSeconds(5).toNanos());
        assertThat(read(0, 10)).isEqualTo(Arrays.copyOf(content, 10));
        assertThat(source.reads).hasValue(2);
    }

    @Test
    void aReadThatGetsNoBytesInTimeFails() {
        source.gated = true;
        reader = new TieredReader(List.of(memory, disk), flights, counters, Duration.ofMillis(50));
        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.TimedOut.class);
        source.gate.release(1_000);
    }

    @Test
    void aReaderThatGivesUpDoesNotStopTheOthers() throws Exception {
        source.gated = true;
        Future<byte[]> impatient = threads.submit(() -> read(0, 10));
        Future<byte[]> patient = threads.submit(() -> read(0, 10));
        impatient.cancel(true);
        source.gate.release(1_000);
        assertThat(patient.get(20, TimeUnit.SECONDS)).isEqualTo(Arrays.copyOf(content, 10));
    }

    @Test
    void prefetchingWhatIsHeldAsksNobody() throws BlobException {
        read(0, 10);
        Flights.awaitNone(flights);
        assertThat(flights.prefetch(blocks, 0).outcome()).isEqualTo(PrefetchResult.Outcome.HELD);
        assertThat(flights.prefetch(blocks, 1).bytes()).isEqualTo(1 << 20);
        assertThat(source.reads).hasValue(2);
    }

    @Test
    void aFetchAheadLeavesMemoryToReaders() {
        BufferPool small = new BufferPool(32 << 20);
        SingleFlight scarce = new SingleFlight(
                List.of(memory),
                source,
                Peers.NONE,
                new RefusedBlobs(counters),
                small,
                counters,
                threads,
                8,
                Duration.ofSeconds(20),
                Duration.ofSeconds(4),
                nanoTime::get);
        BlockLease half = Leases.acquire(small, 16 << 20);
        List<BlockLease> rest = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            rest.add(Leases.acquire(small, 1 << 20));
        }
        assertThat(scarce.prefetch(blocks, 1).outcome()).isEqualTo(PrefetchResult.Outcome.NO_MEMORY);
        assertThat(source.reads).hasValue(0);
        half.close();
        rest.forEach(BlockLease::close);
        assertThat(scarce.prefetch(blocks, 1).outcome()).isEqualTo(PrefetchResult.Outcome.FETCHED);
    }

    @Test
    void aFetchAheadIsNotOfferedToADiskWithoutRoomForIt() throws BlobException {
        disk.roomAhead = false;

        assertThat(flights.prefetch(blocks, 1).outcome()).isEqualTo(PrefetchResult.Outcome.FETCHED);
        assertThat(disk.blocks).isEmpty();
        assertThat(read(1 << 20, 10)).isEqualTo(Arrays.copyOfRange(content, 1 << 20, (1 << 20) + 10));
        assertThat(source.reads).as("it is in memory").hasValue(1);
    }

    @Test
    void aFetchAheadThatFailsSaysSo() {
        source.failing = true;
        assertThat(flights.prefetch(blocks, 1).outcome()).isEqualTo(PrefetchResult.Outcome.FAILED);
    }

    @Test
    void aBlobSaysWhetherAReaderHadToWaitForTheSource() throws BlobException {
        flights.prefetch(blocks, 0);
        read(0, 10);
        assertThat(blocks.missed()).isFalse();
        read(2 << 20, 10);
        assertThat(blocks.missed()).isTrue();
    }

    /** Whatever the tiers forget or refuse, a read gives the source's bytes. The seed is the test's name. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 5, 8})
    void agreesWithTheSourceUnderEvictionAndRefusal(long seed) throws BlobException {
        Random random = new Random(seed);
        memory.close();
        memory = new MemoryTier(random.nextInt(3) << 20, new TierCounters(), Wanted.NOTHING);
        flights = flights(memory);
        reader = new TieredReader(List.of(memory, disk), flights, counters, Duration.ofSeconds(20));
        for (int step = 0; step < 300; step++) {
            switch (random.nextInt(4)) {
                case 0 -> disk.blocks.remove(blocks.key(random.nextInt(blocks.count())));
                case 1 -> disk.declining = random.nextInt(4) == 0;
                default -> {
                    int offset = random.nextInt(LENGTH);
                    int length = random.nextInt(1 << 19);
                    byte[] expected = Arrays.copyOfRange(content, offset, Math.min(LENGTH, offset + length));
                    assertThat(read(offset, length)).isEqualTo(expected);
                }
            }
        }
    }

    private TieredReader readerOver(MemoryTier first) {
        flights = flights(first);
        return new TieredReader(List.of(first, disk), flights, counters, Duration.ofSeconds(20));
    }

    private SingleFlight flights(MemoryTier memory) {
        return flights(memory, threads);
    }

    private SingleFlight flights(MemoryTier memory, Executor fetchers) {
        return new SingleFlight(
                List.of(memory, disk),
                source,
                Peers.NONE,
                new RefusedBlobs(counters),
                pool,
                counters,
                fetchers,
                8,
                Duration.ofSeconds(20),
                Duration.ofSeconds(4),
                nanoTime::get);
    }

    private byte[] read(long offset, int length) throws BlobException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(Math.max(1, length));
            int read = reader.read(blocks, offset, length, into, 0, true);
            return into.asSlice(0, read).toArray(JAVA_BYTE);
        }
    }

    private static byte[] randomBytes(int length) {
        byte[] bytes = new byte[length];
        new Random(42).nextBytes(bytes);
        return bytes;
    }
}
