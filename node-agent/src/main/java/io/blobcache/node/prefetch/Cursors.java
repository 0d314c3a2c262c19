package io.blobcache.node.prefetch;

import io.blobcache.node.tier.BlobBlocks;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The streams that are told apart in one open file: loaders of model weights read several stretches of one descriptor in
 * parallel. One more than fit takes the place of the one that was read longest ago. Not thread-safe; a read allocates
 * nothing once as many are known as there are.
 */
final class Cursors {
    static final int MAX = 8;

    /**
     * The kernel reads ahead on several threads, so reads of one reader in order arrive out of order by a few requests
     * of 1 MiB.
     */
    private static final long TOLERANCE_BYTES = 4 << 20;

    private final BlobBlocks blocks;
    private final Steps steps = new Steps();
    private final @Nullable Cursor[] cursors = new Cursor[MAX];
    private @Nullable Cursor last;
    private long uses;
    private boolean jumpGaveUp;

    Cursors(BlobBlocks blocks) {
        this.blocks = blocks;
    }

    /** Follows a read. @return whether there may be more to fetch than before */
    boolean read(long offset, long end, long nowNanos, long fetchNanos, int maxBlocks) {
        jumpGaveUp = false;
        Cursor cursor = expecting(offset);
        boolean more = true;
        if (cursor == null) {
            Cursor before = last;
            if (before != null) {
                // Whoever read last is most likely the one that jumped; if not, it goes on at its next read.
                steps.ended(before.lengthBytes());
                jumpGaveUp = before.rest();
            }
            cursor = oldest();
            cursor.begin(offset, end, steps.jumped(offset), steps.usualLength(), nowNanos, maxBlocks);
        } else {
            if (last != cursor) {
                steps.forget();
            }
            more = cursor.advance(offset, end, nowNanos, fetchNanos, maxBlocks);
        }
        cursor.lastUse = ++uses;
        last = cursor;
        return more;
    }

    /** Whether the last read was a jump away from something that was still to be fetched. */
    boolean jumpGaveUp() {
        return jumpGaveUp;
    }

    /** The one that asks for a block, the one read last first: {@code null} if none does. */
    @Nullable
    Cursor asking() {
        Cursor first = last;
        if (first != null && first.asks()) {
            return first;
        }
        for (Cursor cursor : cursors) {
            if (cursor != null && cursor.asks()) {
                return cursor;
            }
        }
        return null;
    }

    long windowBytes() {
        long bytes = 0;
        for (Cursor cursor : cursors) {
            bytes += cursor == null ? 0 : cursor.windowBytes();
        }
        return bytes;
    }

    long largestWindowBytes() {
        long bytes = 0;
        for (Cursor cursor : cursors) {
            bytes = Math.max(bytes, cursor == null ? 0 : cursor.windowBytes());
        }
        return bytes;
    }

    private @Nullable Cursor expecting(long offset) {
        // One reader in order is the usual case; and what it reads may lie beside where another one once stopped.
        if (last != null && last.distance(offset, Steps.TOLERANCE_BYTES) < Long.MAX_VALUE) {
            return last;
        }
        Cursor nearest = null;
        long distance = Long.MAX_VALUE;
        for (Cursor cursor : cursors) {
            long its = cursor == null ? Long.MAX_VALUE : cursor.distance(offset, TOLERANCE_BYTES);
            if (its < distance) {
                nearest = cursor;
                distance = its;
            }
        }
        return nearest;
    }

    private Cursor oldest() {
        Cursor oldest = null;
        for (int i = 0; i < MAX; i++) {
            Cursor cursor = cursors[i];
            if (cursor == null) {
                Cursor added = new Cursor(blocks);
                cursors[i] = added;
                return added;
            }
            oldest = oldest == null || cursor.lastUse < oldest.lastUse ? cursor : oldest;
        }
        return Objects.requireNonNull(oldest);
    }
}
