package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What one open handle seems to be reading next. Follows several readers of one descriptor at once, each by a cursor:
 * loaders of model weights read several stretches in parallel.
 *
 * <p>A cursor that goes on in order gets a window that doubles with each block it enters, up to the largest; a jump
 * starts a new cursor with nothing ahead. Thread-safe; allocates nothing.
 */
public final class ReadWindow {
    /** Parallel readers of one descriptor that are told apart; one more takes the place of the oldest. */
    private static final int CURSORS = 8;

    /**
     * The kernel reads ahead on several threads, so reads of one sequential reader arrive out of order by a few
     * requests of 1 MiB.
     */
    private static final long TOLERANCE_BYTES = 4 << 20;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final long[] nextOffset = new long[CURSORS];

    /** Blocks ahead of this cursor; 0 until it has read in order once. */
    @GuardedBy("lock")
    private final int[] windowBlocks = new int[CURSORS];

    /** First block that has not been asked for yet. */
    @GuardedBy("lock")
    private final int[] nextBlock = new int[CURSORS];

    @GuardedBy("lock")
    private final long[] lastUse = new long[CURSORS];

    @GuardedBy("lock")
    private long uses;

    /** Blocks to fetch now, packed: the first in the upper half, their count in the lower; 0 for none. */
    long advance(long offset, int length, int blockBytes, int maxWindowBlocks, int blockCount) {
        lock.lock();
        try {
            int cursor = cursorAt(offset);
            boolean inOrder = cursor >= 0;
            if (!inOrder) {
                cursor = oldest();
                nextOffset[cursor] = 0;
                windowBlocks[cursor] = 0;
                nextBlock[cursor] = 0;
            }
            lastUse[cursor] = ++uses;
            long end = offset + length;
            boolean entered = end / blockBytes != nextOffset[cursor] / blockBytes;
            nextOffset[cursor] = Math.max(nextOffset[cursor], end);
            if (!inOrder) {
                nextBlock[cursor] = (int) (end / blockBytes) + 1;
                return offset == 0 ? widen(cursor, maxWindowBlocks, blockCount, blockBytes) : 0;
            }
            return windowBlocks[cursor] == 0 || entered ? widen(cursor, maxWindowBlocks, blockCount, blockBytes) : 0;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private long widen(int cursor, int maxWindowBlocks, int blockCount, int blockBytes) {
        windowBlocks[cursor] = Math.clamp(windowBlocks[cursor] * 2L, 1, maxWindowBlocks);
        int current = (int) (nextOffset[cursor] / blockBytes);
        int first = Math.max(nextBlock[cursor], current);
        int last = (int) Math.min((long) current + windowBlocks[cursor], blockCount - 1L);
        if (last < first) {
            return 0;
        }
        nextBlock[cursor] = last + 1;
        return (long) first << 32 | (last - first + 1);
    }

    @GuardedBy("lock")
    private int cursorAt(long offset) {
        for (int cursor = 0; cursor < CURSORS; cursor++) {
            if (lastUse[cursor] > 0 && Math.abs(nextOffset[cursor] - offset) <= TOLERANCE_BYTES) {
                return cursor;
            }
        }
        return -1;
    }

    @GuardedBy("lock")
    private int oldest() {
        int oldest = 0;
        for (int cursor = 1; cursor < CURSORS; cursor++) {
            if (lastUse[cursor] < lastUse[oldest]) {
                oldest = cursor;
            }
        }
        return oldest;
    }
}
