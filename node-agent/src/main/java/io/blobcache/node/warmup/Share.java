package io.blobcache.node.warmup;

import io.blobcache.node.model.Blob;

/** Which part of all blobs is this agent's own to fetch. Thread-safe. */
public interface Share {
    /** Whether the block at this offset is its own, as far as the other agents are known now. */
    boolean owns(Blob blob, long offset);

    /** Equal as long as no answer of {@link #owns} changes. */
    Object version();
}
