package io.blobcache.node.tier;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Content whose digest the source promises. */
class ContentDigestTest {
    private static final BlockSize BLOCK_SIZE = new BlockSize(1 << 20);
    private static final int LENGTH = 700_000;

    /** Of the 700,000 first bytes of java.util.Random(42), as sha256sum says. */
    private static final String SHA256 = "2bf93bb8e52460868196a724c3b4b4b55d12857665c11700eab014b6a14068f0";

    private final byte[] content = new byte[LENGTH];
    private final AtomicLong nanoTime = new AtomicLong();
    private final ReadCounters counters = new ReadCounters();
    private final BufferPool pool = new BufferPool(16 << 20);
    private final MemoryTier memory = new MemoryTier(4 << 20, new TierCounters(), Wanted.NOTHING);
    private final MapTier disk = new MapTier();
    private final RefusedBlobs refused = new RefusedBlobs(counters);
    private final ScriptedSource source = source();
    private final TieredReader reader = reader();
    private final Blob blob = new Blob(BlobId.of("s", "p", "v"), "p", "sha256:" + SHA256, LENGTH);
    private final BlobBlocks blocks = new BlobBlocks(blob, BLOCK_SIZE);

    @AfterEach
    void everyLeaseIsClosed() {
        memory.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void rightContentIsServedAlsoFromItsMiddle() throws BlobException {
        assertThat(read(600_000, 1_000)).isEqualTo(Arrays.copyOfRange(content, 600_000, 601_000));

        assertThat(source.ranges).as("the whole at once").containsExactly("0+700000");
        assertThat(counters.corruptBlobs.sum()).isZero();
    }

    @Test
    void noByteOfWrongContentIsServedOrKept() throws BlobException {
        source.spoiled.set(2);

        assertThatThrownBy(() -> read(0, 10))
                .isInstanceOf(BlobException.Corrupt.class)
                .hasMessageContaining(SHA256)
                .hasMessageContaining("correct the file or the manifest");

        assertThat(memory.usedBytes()).isZero();
        assertThat(disk.blocks).isEmpty();
        assertThat(source.reads).as("tried twice").hasValue(2);
        assertThat(counters.corruptBlobs.sum()).isEqualTo(1);

        nanoTime.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(read(0, LENGTH)).as("the file was corrected").isEqualTo(content);
    }

    @Test
    void aByteThatWentWrongOnTheWayCostsASecondReadAndNoError() throws BlobException {
        source.spoiled.set(1);

        assertThat(read(0, LENGTH)).isEqualTo(content);

        assertThat(source.reads).hasValue(2);
        assertThat(counters.corruptBlobs.sum()).isZero();
    }

    @Test
    void aRefusedBlobIsReadFromNoTierAndNotFetched() throws BlobException {
        assertThat(read(0, LENGTH)).isEqualTo(content);
        Blob other = new Blob(BlobId.of("s", "q", "v"), "q", "v", LENGTH);

        refused.refuse(blob);

        assertThatThrownBy(() -> read(0, 10)).isInstanceOf(BlobException.Corrupt.class);
        assertThatThrownBy(() -> reader.check(blob)).isInstanceOf(BlobException.Corrupt.class);
        assertThat(source.reads).hasValue(1);
        assertThat(counters.corruptBlobs.sum()).isEqualTo(1);
        reader.check(other);
    }

    private byte[] read(long offset, int length) throws BlobException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(length);
            int read = reader.read(blocks, offset, length, into, 0, true);
            return into.asSlice(0, read).toArray(JAVA_BYTE);
        }
    }

    private ScriptedSource source() {
        new Random(42).nextBytes(content);
        return new ScriptedSource(content);
    }

    private TieredReader reader() {
        List<BlockTier> tiers = List.of(memory, disk);
        SingleFlight flights = new SingleFlight(
                tiers,
                source,
                Peers.NONE,
                refused,
                pool,
                counters,
                Runnable::run,
                1,
                Duration.ofSeconds(20),
                Duration.ofSeconds(4),
                nanoTime::get);
        return new TieredReader(tiers, flights, counters, Duration.ofSeconds(20));
    }
}
