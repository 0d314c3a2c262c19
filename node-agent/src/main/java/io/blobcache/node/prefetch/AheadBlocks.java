package io.blobcache.node.prefetch;

import org.jspecify.annotations.Nullable;

/**
 * Blocks that somebody will want, one after the other. Workers ask for the next one when they have time for it; so
 * nothing is queued, and what is no longer wanted is never fetched. Thread-safe.
 */
interface AheadBlocks {

    /** The next block to fetch; {@code null} if there is none now. Takes no time: a lock is held. */
    @Nullable
    Ahead next();

    /** Whether a reader still goes on to it. Takes no lock: it is asked under those of the tiers. */
    boolean goesOn(Ahead ahead);

    /** A reader came for it. */
    default void used(Ahead ahead) {}

    /** It left the tiers, or was given up, and nobody had come. */
    void wasted(Ahead ahead);

    /** There is no memory to fetch it, or what would have to be evicted for it is wanted as well. */
    void refused(Ahead ahead);

    /** The source failed. */
    void failed(Ahead ahead);
}
