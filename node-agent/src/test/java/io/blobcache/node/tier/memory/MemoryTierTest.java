package io.blobcache.node.tier.memory;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.buffer.Leases;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobId;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.BlockSize;
import io.blobcache.node.tier.BlockTier;
import io.blobcache.node.tier.Offer;
import io.blobcache.node.tier.Wanted;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MemoryTierTest {
    private static final BlockSize BLOCK_SIZE = new BlockSize(1 << 20);

    private final BufferPool pool = new BufferPool(32 << 20);
    private final TierCounters counters = new TierCounters();
    private final Set<Integer> soon = new HashSet<>();
    private final MemoryTier tier = new MemoryTier(4 << 20, counters, key -> soon.contains(key.blockIndex()));
    private final Blob blob = new Blob(BlobId.of("s", "p", "v"), "p", "v", 100L << 20);

    @AfterEach
    void nothingLeaks() {
        tier.close();
        assertThat(pool.openLeases()).isZero();
        pool.close();
    }

    @Test
    void itGivesBackWhatItTook() {
        assertThat(offer(3)).isEqualTo(Offer.TAKEN);
        assertThat(firstByte(3)).isEqualTo(3);
        assertThat(counters.fills.sum()).isEqualTo(1);
    }

    @Test
    void theLeastRecentlyReadBlockGoesFirst() {
        for (int index = 0; index < 4; index++) {
            offer(index);
        }
        firstByte(0);
        offer(4);
        assertThat(firstByte(1)).isEqualTo(BlockTier.MISS);
        assertThat(firstByte(0)).isZero();
        assertThat(tier.usedBytes()).isEqualTo(tier.capacityBytes());
        assertThat(counters.evictedForSpaceBytes.sum()).isEqualTo(1 << 20);
    }

    @Test
    void itDeclinesWhatItHasAndWhatNeverFits() {
        offer(0);
        assertThat(offer(0)).isEqualTo(Offer.DECLINED);
        BlockKey large = new BlockKey(blob.id(), 9, 16 << 20);
        try (BlockLease lease = Leases.acquire(pool, 16 << 20)) {
            assertThat(tier.offer(blob, large, lease)).isEqualTo(Offer.DECLINED);
        }
    }

    @Test
    void whatAReaderWillComeForSoonStaysWhileThereIsAnythingElse() {
        for (int index = 0; index < 4; index++) {
            offer(index);
        }
        soon.addAll(Set.of(0, 1));
        offer(4);
        assertThat(firstByte(2)).isEqualTo(BlockTier.MISS);
        assertThat(firstByte(0)).isZero();
        assertThat(firstByte(1)).isEqualTo(1);
    }

    @Test
    void aFetchAheadNeverPushesOutWhatAnotherBrought() {
        soon.addAll(Set.of(0, 1, 2, 3, 4));
        for (int index = 0; index < 3; index++) {
            assertThat(tier.hasRoomAhead(1 << 20)).isTrue();
            assertThat(offer(index)).isEqualTo(Offer.TAKEN);
        }
        assertThat(tier.hasRoomAhead(1 << 20)).as("a quarter is for readers").isFalse();
        assertThat(offer(3)).isEqualTo(Offer.TAKEN);
        assertThat(offer(4)).isEqualTo(Offer.DECLINED);
        soon.remove(0);
        soon.remove(1);
        assertThat(tier.hasRoomAhead(1 << 20)).isTrue();
        assertThat(tier.hasRoomAhead(2 << 20)).isFalse();
        assertThat(offer(4)).isEqualTo(Offer.TAKEN);
        assertThat(firstByte(0)).isEqualTo(BlockTier.MISS);
    }

    @Test
    void aReadersOwnBlockPushesOutWhateverItMust() {
        soon.addAll(Set.of(0, 1, 2, 3));
        for (int index = 0; index < 4; index++) {
            offer(index);
        }
        assertThat(offer(9)).isEqualTo(Offer.TAKEN);
        assertThat(firstByte(0)).isEqualTo(BlockTier.MISS);
    }

    @Test
    void aTierOfNoBytesHoldsNothing() {
        try (MemoryTier none = new MemoryTier(0, counters, Wanted.NOTHING);
                BlockLease lease = Leases.acquire(pool, 1)) {
            assertThat(none.offer(blob, BLOCK_SIZE.keyOf(blob, 0), lease)).isEqualTo(Offer.DECLINED);
        }
    }

    private Offer offer(int index) {
        try (BlockLease lease = Leases.acquire(pool, 1 << 20)) {
            lease.buffer().fill((byte) index);
            return tier.offer(blob, BLOCK_SIZE.keyOf(blob, index), lease);
        }
    }

    /** The block's first byte, or {@link BlockTier#MISS}. */
    private int firstByte(int index) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(1);
            int found = tier.find(blob, BLOCK_SIZE.keyOf(blob, index), 17, 1, into, 0, false);
            return found == BlockTier.MISS ? BlockTier.MISS : into.get(JAVA_BYTE, 0);
        }
    }
}
