package io.blobcache.operator.warmup;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.operator.agents.WarmupAnswers;
import java.time.Instant;

/**
 * What was seen of a warmup at one time.
 *
 * @param cache   its BlobCache
 * @param others  warmups of the same cache that are under way
 * @param answers of the agents of that cache
 */
public record Seen(BlobCacheWarmup warmup, Cache cache, int others, WarmupAnswers answers, Instant now) {

    /** Whether its agents can be told anything. */
    public enum Cache {
        MISSING,
        /** There is one agent at least, but not all serve, or not all know each other. */
        INCOMPLETE,
        /** No agent serves. */
        UNABLE,
        READY
    }
}
