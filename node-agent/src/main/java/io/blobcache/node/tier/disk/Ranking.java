package io.blobcache.node.tier.disk;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Policy;
import io.blobcache.node.model.BlobId;
import java.time.Duration;
import java.util.List;

/**
 * Which blobs are worth their space. Caffeine's policy (W-TinyLFU) keeps the order: a blob that was opened once ranks
 * below one that was opened again, so a scan over many blobs does not push out what is used. What counts is an opening,
 * not a read: a blob of a thousand blocks is not a thousand times as hot.
 *
 * <p>The policy knows how large blobs are and how much they may be together, for it tells new from proven by their
 * share of that; the space itself is not its business. Blobs beyond its bounds are not ranked and count as colder than
 * all that are. Thread-safe.
 */
final class Ranking {
    /** About 100 bytes each: 13 MB of heap at the bound. */
    static final int MAX_RANKED = 1 << 17;

    /** Sizes are noted at openings and grow until the next one: so much more than the limit may be noted. */
    private static final int SLACK_PERCENT = 25;

    /**
     * Nothing expires by this. Without an expiry Caffeine does not note reads until half of its bound is in use, and
     * what was opened often by then would look as cold as what was never opened.
     */
    private static final Duration NEVER = Duration.ofDays(36_500);

    private static final long UNIT_BYTES = 4096;

    private final Cache<BlobId, Long> ranked;
    private final Policy.Eviction<BlobId, Long> order;
    private volatile long limitBytes;
    private volatile long leastUnits;

    /** @param limitBytes of all blobs together */
    Ranking(long limitBytes) {
        this.limitBytes = limitBytes;
        this.leastUnits = leastUnits(limitBytes);
        this.ranked = Caffeine.newBuilder()
                .maximumWeight(units(limitBytes))
                .weigher(this::weight)
                .expireAfterAccess(NEVER)
                .executor(Runnable::run)
                .build();
        this.order = ranked.policy().eviction().orElseThrow();
    }

    /** The limit is another one now. */
    void fit(long bytes) {
        if (Math.abs(bytes - limitBytes) > limitBytes / 8) {
            limitBytes = bytes;
            leastUnits = leastUnits(bytes);
            order.setMaximum(units(bytes));
        }
    }

    /** @param deviceBytes what the blob takes of the device now */
    void opened(BlobId id, long deviceBytes) {
        Long noted = ranked.getIfPresent(id);
        if (noted == null || noted != deviceBytes) {
            ranked.put(id, deviceBytes);
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

    private int weight(BlobId id, Long deviceBytes) {
        return (int) Math.clamp(deviceBytes / UNIT_BYTES, leastUnits, Integer.MAX_VALUE);
    }

    private static long units(long limitBytes) {
        return Math.max(1, limitBytes / UNIT_BYTES / 100 * (100 + SLACK_PERCENT));
    }

    /** Very small blobs count for more than they are: that bounds their number. */
    private static long leastUnits(long limitBytes) {
        return Math.clamp(units(limitBytes) / MAX_RANKED, 1, Integer.MAX_VALUE);
    }
}
