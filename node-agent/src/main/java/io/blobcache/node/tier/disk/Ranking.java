package io.blobcache.node.tier.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.blobcache.node.model.BlobId;
import java.util.List;

/**
 * Which blobs are worth their space. Caffeine's policy (W-TinyLFU) keeps the order; a blob that was opened once ranks
 * below one that was opened again, so a scan over many blobs does not push out what is used.
 *
 * <p>What counts is an opening, not a read: a blob of a thousand blocks is not a thousand times as hot. Blobs beyond
 * the bound are not ranked and count as colder than all that are. Thread-safe.
 */
final class Ranking {
    /** About 100 bytes each: 13 MB of heap at the bound. */
    static final int MAX_RANKED = 1 << 17;

    private final Cache<BlobId, Boolean> ranked = Caffeine.newBuilder()
            .maximumSize(MAX_RANKED)
            .executor(Runnable::run)
            .build();
    private final Policy.Eviction<BlobId, Boolean> order =
            ranked.policy().eviction().orElseThrow();

    void opened(BlobId id) {
        if (ranked.getIfPresent(id) == null) {
            ranked.put(id, true);
        }
    }

    void evicted(BlobId id) {
        ranked.invalidate(id);
    }

    boolean holds(BlobId id) {
        return ranked.policy().getIfPresentQuietly(id) != null;
    }

    /** Coldest first. */
    List<BlobId> coldest(int atMost) {
        return List.copyOf(order.coldest(atMost).keySet());
    }

    long size() {
        return ranked.estimatedSize();
    }
}
