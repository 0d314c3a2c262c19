package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.BlobBlocks;
import org.jspecify.annotations.Nullable;

/** One block that is fetched ahead, until it is known what became of it. Thread-safe. */
final class Ahead {
    private final AheadBlocks owner;
    private final BlobBlocks blocks;
    private final int blockIndex;
    private final @Nullable Cursor cursor;
    private final int generation;
    private volatile boolean wanted;

    @GuardedBy("this")
    private boolean arrived;

    @GuardedBy("this")
    private boolean settled;

    /** What became of it. */
    enum Fate {
        PENDING,
        USED,
        WASTED
    }

    /**
     * @param cursor     that asked for it, if it was one
     * @param generation of the cursor, or of its owner when that asked
     */
    Ahead(AheadBlocks owner, BlobBlocks blocks, int blockIndex, @Nullable Cursor cursor, int generation) {
        this.owner = owner;
        this.blocks = blocks;
        this.blockIndex = blockIndex;
        this.cursor = cursor;
        this.generation = generation;
    }

    AheadBlocks owner() {
        return owner;
    }

    BlobBlocks blocks() {
        return blocks;
    }

    int blockIndex() {
        return blockIndex;
    }

    @Nullable
    Cursor cursor() {
        return cursor;
    }

    int generation() {
        return generation;
    }

    BlockKey key() {
        return blocks.key(blockIndex);
    }

    /** A whole block, whose time says something about the source. */
    boolean isWholeBlock() {
        return key().lengthBytes() == blocks.offsetOf(1) - blocks.offsetOf(0);
    }

    /** Whether a reader will come for it and has not yet. */
    boolean soon() {
        return !wanted && owner.goesOn(this);
    }

    /**
     * A reader comes.
     *
     * @param held whether it finds the block in a tier or on its way
     */
    synchronized Fate read(boolean held) {
        wanted = true;
        return arrived ? settle(held ? Fate.USED : Fate.WASTED) : Fate.PENDING;
    }

    /** Who wanted it while it was on its way has read out of the fetch. */
    synchronized Fate arrived() {
        arrived = true;
        return wanted ? settle(Fate.USED) : Fate.PENDING;
    }

    /** It has left the tiers, or nobody came in time. */
    synchronized Fate lost() {
        return settle(Fate.WASTED);
    }

    synchronized boolean settled() {
        return settled;
    }

    /** The fate once, to whoever brings it about. */
    @GuardedBy("this")
    private Fate settle(Fate fate) {
        if (settled) {
            return Fate.PENDING;
        }
        settled = true;
        return fate;
    }
}
