package io.blobcache.node.tier;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Sha256;
import io.blobcache.node.source.Source;
import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Gets the bytes of a block for its fetch: a buffer, then a peer whose task the block is, then the source.
 *
 * <p>A blob of one block with a known digest is compared with it before anybody sees a byte.
 */
final class BlockBringer {
    /** A byte that went wrong on the way is right the second time; one that is wrong at the source stays wrong. */
    private static final int DIGEST_ATTEMPTS = 2;

    private final List<BlockTier> tiers;
    private final Source source;
    private final Peers peers;
    private final RefusedBlobs refused;
    private final BufferPool pool;
    private final ReadCounters counters;
    private final int maxRequests;

    /** By source: one that does not answer holds up none of another. */
    private final ConcurrentHashMap<Source, Semaphore> sourceRequests = new ConcurrentHashMap<>();

    private final Semaphore peerRequests;
    private final LongSupplier nanoTime;

    /** @param maxRequests under way at once: to each source, and as many to peers */
    BlockBringer(
            List<BlockTier> tiers,
            Source source,
            Peers peers,
            RefusedBlobs refused,
            BufferPool pool,
            ReadCounters counters,
            int maxRequests,
            LongSupplier nanoTime) {
        this.tiers = List.copyOf(tiers);
        this.source = source;
        this.peers = peers;
        this.refused = refused;
        this.pool = pool;
        this.counters = counters;
        this.maxRequests = maxRequests;
        this.peerRequests = new Semaphore(maxRequests);
        this.nanoTime = nanoTime;
    }

    RefusedBlobs refused() {
        return refused;
    }

    /** Who is asked for it if no peer has it. */
    Source sourceOf(BlobBlocks blocks) {
        return source.at(blocks.blob().path());
    }

    boolean asksPeers(BlobBlocks blocks, int blockIndex) {
        return peers.areAsked(blocks.blob(), blocks.offsetOf(blockIndex));
    }

    /** Whether a tier has the block. May wait for a disk. */
    boolean held(BlobBlocks blocks, int blockIndex) {
        return held(tiers, blocks, blockIndex);
    }

    /**
     * Reads the block, within the limit of requests; what follows, a busy disk, holds no request up.
     *
     * <p>The permit comes before the buffer: a source that does not answer ties up as many buffers as it has permits,
     * and not the pool. A fetch that waits for a buffer holds its permit meanwhile, which costs nobody: whoever waits
     * for that permit needs a buffer too and would stand behind it in the pool's line.
     *
     * @param evenIfHeld by the last tier, the disk, which alone can be late: what came into memory meanwhile serves
     * @return {@code null} if there is no need, or no buffer for a fetch that nobody waits for
     */
    @Nullable
    BlockLease bring(BlobBlocks blocks, int blockIndex, BlockFetch fetch, Duration patience, boolean evenIfHeld)
            throws BlobException, InterruptedException {
        List<BlockTier> asked = evenIfHeld ? tiers.subList(0, tiers.size() - 1) : tiers;
        boolean asksPeers = fetch.asksPeers();
        if (asksPeers) {
            peers.prove(blocks.blob());
            peerRequests.acquire();
            try {
                BlockLease buffer = begin(blocks, blockIndex, fetch, patience, asked);
                if (buffer == null || fromPeer(blocks, blockIndex, fetch, buffer.buffer())) {
                    return buffer;
                }
            } finally {
                fetch.askedPeers();
                peerRequests.release();
            }
        }
        Semaphore requests = sourceRequests.computeIfAbsent(sourceOf(blocks), _ -> new Semaphore(maxRequests));
        requests.acquire();
        try {
            BlockLease begun = fetch.buffer();
            BlockLease buffer = begun == null ? begin(blocks, blockIndex, fetch, patience, asked) : begun;
            if (buffer != null) {
                brought(blocks, fetch, asksPeers ? Brought.BY_SOURCE_AFTER_PEERS : Brought.BY_SOURCE);
                fromSource(blocks, blockIndex, fetch, buffer.buffer());
            }
            return buffer;
        } finally {
            requests.release();
        }
    }

    private @Nullable BlockLease begin(
            BlobBlocks blocks, int blockIndex, BlockFetch fetch, Duration patience, List<BlockTier> asked)
            throws BlobException, InterruptedException {
        refused.check(blocks.blob());
        if (held(asked, blocks, blockIndex)) {
            return null;
        }
        int length = fetch.key().lengthBytes();
        BlockLease buffer = patience.isZero() ? pool.acquireSpare(length) : pool.acquire(length, patience);
        if (buffer == null && patience.isZero()) {
            return null;
        }
        if (buffer == null) {
            throw new BlobException.NoBuffer(
                    "no buffer became free for block %s: raise memory.budgetBytes or read with fewer readers"
                            .formatted(fetch.key()));
        }
        fetch.begin(buffer);
        return buffer;
    }

    private boolean fromPeer(BlobBlocks blocks, int blockIndex, BlockFetch fetch, MemorySegment buffer)
            throws BlobException {
        long beganNanos = nanoTime.getAsLong();
        int length = fetch.key().lengthBytes();
        byte[] digest = blocks.digestOfTheOnlyBlock();
        boolean here = peers.read(blocks.blob(), fetch.key(), blocks.offsetOf(blockIndex), buffer)
                && (digest == null || MessageDigest.isEqual(digest, Sha256.of(buffer.asSlice(0, length))));
        if (here) {
            brought(blocks, fetch, Brought.BY_PEER);
            fetch.tailArrived(length);
            fetch.took(nanoTime.getAsLong() - beganNanos);
        }
        return here;
    }

    private void fromSource(BlobBlocks blocks, int blockIndex, BlockFetch fetch, MemorySegment buffer)
            throws BlobException {
        counters.fetches.increment();
        long beganNanos = nanoTime.getAsLong();
        byte[] digest = blocks.digestOfTheOnlyBlock();
        if (digest == null) {
            readTailThenHead(blocks, blockIndex, fetch, buffer);
        } else {
            readAndCompare(blocks.blob(), digest, fetch, buffer);
        }
        long sourceNanos = nanoTime.getAsLong() - beganNanos;
        fetch.took(sourceNanos);
        counters.fetchDurations.add(sourceNanos);
    }

    private void readTailThenHead(BlobBlocks blocks, int blockIndex, BlockFetch fetch, MemorySegment buffer)
            throws BlobException {
        Blob blob = blocks.blob();
        long blockOffset = blocks.offsetOf(blockIndex);
        int tailOffset = fetch.tailOffset();
        int tailBytes = fetch.key().lengthBytes() - tailOffset;
        MemorySegment tail = buffer.asSlice(tailOffset, tailBytes);
        source.read(blob, blockOffset + tailOffset, tailBytes, tail, fetch::tailArrived);
        fetch.tailArrived(tailBytes);
        if (tailOffset > 0) {
            source.read(blob, blockOffset, tailOffset, buffer.asSlice(0, tailOffset), fetch::headArrived);
            fetch.headArrived(tailOffset);
        }
    }

    private void readAndCompare(Blob blob, byte[] digest, BlockFetch fetch, MemorySegment buffer) throws BlobException {
        int length = fetch.key().lengthBytes();
        MemorySegment content = buffer.asSlice(0, length);
        for (int attempt = 0; attempt < DIGEST_ATTEMPTS; attempt++) {
            source.read(blob, 0, length, content, _ -> {});
            if (MessageDigest.isEqual(digest, Sha256.of(content))) {
                fetch.tailArrived(length);
                return;
            }
        }
        refused.report(blob);
        throw new BlobException.Corrupt(
                "%s: the source's bytes are not those of its digest %s: correct the file or the manifest"
                        .formatted(blob.path(), blob.version()));
    }

    private static void brought(BlobBlocks blocks, BlockFetch fetch, Brought by) {
        fetch.brought(by);
        blocks.brought(by);
    }

    private static boolean held(List<BlockTier> tiers, BlobBlocks blocks, int blockIndex) {
        for (BlockTier tier : tiers) {
            if (tier.holds(blocks.blob(), blocks.key(blockIndex))) {
                return true;
            }
        }
        return false;
    }
}
