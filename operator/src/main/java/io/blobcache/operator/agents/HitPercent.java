package io.blobcache.operator.agents;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The hit ratio as it is told. Under load it moves by a point with almost every look, and each telling is a write to the API
 * server: a small change is told when what was told is old. Not thread-safe.
 */
final class HitPercent {
    /** From this many points on a change is told at once. */
    private static final int TOLD_AT_ONCE = 2;

    /** The window that the ratio is of: later, no byte of what was told is in it any more. */
    private static final Duration OLD = AgentsHistory.READS;

    private @Nullable Integer told;
    private Instant toldAt = Instant.MIN;

    /** @param percent {@code null} if nothing was read: that, and the first read after it, is told at once */
    @Nullable
    Integer tell(@Nullable Integer percent, Instant now) {
        Integer before = told;
        boolean near = percent != null && before != null && Math.abs(percent - before) < TOLD_AT_ONCE;
        if (!near || !now.isBefore(toldAt.plus(OLD))) {
            told = percent;
            toldAt = now;
        }
        return told;
    }
}
