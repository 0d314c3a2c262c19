package io.blobcache.node.tier;

import io.blobcache.node.model.BlockKey;

/** Says which blocks a reader will come for soon, so that no fetch ahead pushes out what another one brought. */
@FunctionalInterface
public interface Wanted {
    /** Nothing is wanted soon. */
    Wanted NOTHING = _ -> false;

    /**
     * Whether a block was fetched ahead, or is being, for a reader that goes on and has not come to it. Takes no lock: it
     * is asked under a tier's.
     */
    boolean soon(BlockKey key);
}
