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
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A pooled buffer keeps the bytes of its last use, and the last block of a blob is shorter than its buffer: no reader gets
 * one of those bytes. The only buffer of the class is poisoned before each test, with a byte that the blob does not have.
 */
class ReusedBufferTest {
    private static final int BLOCK_BYTES = 1 << 20;

    /** Its class is that of the whole block: 748,576 bytes of the buffer are not the block's. */
    private static final int LAST_BYTES = 300_000;

    private static final byte POISON = (byte) 0xA5;
    private static final byte CONTENT = 7;

    private final Blob blob = new Blob(BlobId.of("s", "p", "v"), "p", "v", BLOCK_BYTES + LAST_BYTES);
    private final BlobBlocks blocks = new BlobBlocks(blob, new BlockSize(BLOCK_BYTES));
    private final ScriptedSource source = new ScriptedSource(filled(BLOCK_BYTES + LAST_BYTES));
    private final BufferPool pool = new BufferPool(16 << 20);
    private final MemoryTier memory = new MemoryTier(16 << 20, new TierCounters(), Wanted.NOTHING);
    private final ReadCounters counters = new ReadCounters();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SingleFlight flights = Flights.of(List.of(memory), source, pool, counters, threads, System::nanoTime);
    private final TieredReader reader =
            new TieredReader(List.of(memory), flights, counters, Duration.ofSeconds(20), _ -> {});

    /** What a reader passes: longer than what is left of the blob. */
    private final byte[] into = new byte[BLOCK_BYTES];

    @BeforeEach
    void poisonABufferAndGiveItBack() {
        try (BlockLease lease = Leases.acquire(pool, BLOCK_BYTES)) {
            lease.buffer().fill(POISON);
        }
    }

    @AfterEach
    void itWasTheOnlyBufferOfAll() throws InterruptedException {
        source.gate.release(1_000);
        threads.shutdown();
        assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(pool.allocatedBytes()).isEqualTo(BLOCK_BYTES);
        memory.close();
        pool.close();
    }

    @Test
    void aShortLastBlockEndsWhereTheBlobEnds() throws BlobException {
        assertThat(read(0, true)).as("out of the fetch").isEqualTo(LAST_BYTES);
        assertThat(into).isEqualTo(Arrays.copyOf(filled(LAST_BYTES), BLOCK_BYTES));
        Flights.awaitNone(flights);

        Arrays.fill(into, (byte) 0);
        assertThat(read(0, true)).as("out of memory").isEqualTo(LAST_BYTES);
        assertThat(into).isEqualTo(Arrays.copyOf(filled(LAST_BYTES), BLOCK_BYTES));
        assertThat(source.reads).hasValue(1);
    }

    @Test
    void nothingIsReadAtOrPastTheEnd() throws BlobException {
        assertThat(read(LAST_BYTES - 1, true)).isEqualTo(1);
        assertThat(read(LAST_BYTES, true)).isZero();
        assertThat(read(BLOCK_BYTES - 1, true)).isZero();
        assertThat(into).doesNotContain(POISON);
    }

    @Test
    void bytesThatHaveNotArrivedAreNotRead() throws BlobException {
        source.gated = true;
        assertThat(read(0, false)).isEqualTo(TieredReader.WOULD_BLOCK);
        source.gate.release(1);

        assertThat(readFirst(ScriptedSource.pieceBytes)).isEqualTo(ScriptedSource.pieceBytes);
        assertThat(read(0, false)).as("more than has arrived").isEqualTo(TieredReader.WOULD_BLOCK);
        assertThat(into).isEqualTo(Arrays.copyOf(filled(ScriptedSource.pieceBytes), BLOCK_BYTES));
    }

    @Test
    void aReadThatFailsGivesNothing() {
        source.failing = true;
        assertThatThrownBy(() -> read(0, true)).isInstanceOf(BlobException.Unavailable.class);
        assertThat(into).containsOnly(0);
    }

    @Test
    void whatIsLentToAPeerSaysHowLongItIs() throws Exception {
        BlockLoans loans = new BlockLoans(List.of(memory), flights, pool, Duration.ZERO);
        Duration patience = Duration.ofSeconds(20);

        BlockLoans.Loan loan = loans.borrow(blocks, 1, false, patience, patience, () -> {});

        assertThat(loan).isInstanceOf(BlockLoans.Block.class);
        try (BlockLease lent = ((BlockLoans.Block) loan).lease()) {
            byte[] sent = lent.buffer().asSlice(0, lent.lengthBytes()).toArray(JAVA_BYTE);
            assertThat(sent).isEqualTo(filled(LAST_BYTES));
            assertThat(lent.buffer().get(JAVA_BYTE, LAST_BYTES)).as("behind it").isEqualTo(POISON);
        }
    }

    /** From an offset in the last block to its end and beyond. */
    private int read(int offset, boolean mayWait) throws BlobException {
        return reader.read(blocks, BLOCK_BYTES + offset, into.length, MemorySegment.ofArray(into), 0, mayWait);
    }

    private int readFirst(int length) throws BlobException {
        return reader.read(blocks, BLOCK_BYTES, length, MemorySegment.ofArray(into), 0, true);
    }

    private static byte[] filled(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, CONTENT);
        return bytes;
    }
}
