package io.blobcache.node.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.buffer.Leases;
import io.blobcache.node.metrics.PoolCounters;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.memory.MemoryTier;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The pool is at its budget: that is our trouble, not the source's. */
class PoolExhaustionTest {
    private static final int LENGTH = 1 << 20;
    private static final int BUFFERS = 16;
    private static final Duration BUFFER_PATIENCE = Duration.ofMillis(50);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final byte[] content = randomBytes();
    private final ScriptedSource source = new ScriptedSource(content);
    private final PoolCounters waits = new PoolCounters();
    private final BufferPool pool = new BufferPool((long) BUFFERS * LENGTH, false, waits);
    private final List<BlockLease> taken = new ArrayList<>();
    private final AtomicInteger pauses = new AtomicInteger();
    private final ReadCounters counters = new ReadCounters();
    private final MemoryTier memory = new MemoryTier(0, new TierCounters(), Wanted.NOTHING);
    private final BlobBlocks blocks =
            new BlobBlocks(Blob.ofSource("scripted", "p", "v", LENGTH), new BlockSize(1 << 20));

    /** Its clock stands still: what is remembered stays remembered. */
    private final SingleFlight flights = new SingleFlight(
            List.of(memory),
            source,
            Peers.NONE,
            new RefusedBlobs(counters),
            pool,
            counters,
            Runnable::run,
            1,
            BUFFER_PATIENCE,
            Duration.ofSeconds(4),
            () -> 0);

    private final TieredReader reader =
            new TieredReader(List.of(memory), flights, counters, PATIENCE, _ -> pauses.incrementAndGet());

    @BeforeEach
    void takeEveryBuffer() {
        for (int i = 0; i < BUFFERS; i++) {
            taken.add(Leases.acquire(pool, LENGTH));
        }
    }

    @AfterEach
    void giveThemBack() {
        taken.forEach(BlockLease::close);
        memory.close();
        pool.close();
    }

    @Test
    void aReaderThatGetsNoBufferFailsAndTheNextOneThatGetsOneReadsAtOnce() throws BlobException {
        assertThatThrownBy(this::read)
                .isInstanceOf(BlobException.NoBuffer.class)
                .hasMessageContaining("memory.budgetBytes");
        assertThat(waits.timedOut.sum()).as("it waited").isEqualTo(1);
        assertThat(source.reads).as("nothing was asked of the source").hasValue(0);
        assertThat(flights.size()).as("remembered failures").isZero();

        pauses.set(0);
        taken.removeLast().close();
        assertThat(read()).isEqualTo(content);

        assertThat(pauses).as("answers held back").hasValue(0);
        assertThat(source.reads).hasValue(1);
    }

    private static byte[] randomBytes() {
        byte[] bytes = new byte[LENGTH];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    private byte[] read() throws BlobException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(LENGTH);
            int read = reader.read(blocks, 0, LENGTH, into, 0, true);
            return into.asSlice(0, read).toArray(JAVA_BYTE);
        }
    }
}
