package io.blobcache.node.buffer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Idle buffers of one class. First come a few slots that threads take from and put to by one exchange each, beginning at
 * a place of their own, so that threads do not meet; what finds no free slot lies in a queue under the pool's lock.
 */
final class IdleBuffers {
    /** More than threads fetch at once on a machine of usual size; a power of two. */
    private static final int SLOTS = 16;

    /** One slot a cache line: 64 bytes hold 16 references of 4 bytes. */
    private static final int SPACING = 16;

    /** Slots tried by who gives back; after that the queue is cheaper than to look on. */
    private static final int TRIED = 4;

    /** From the second line on: the first one holds the array's length, which everybody reads. */
    private final AtomicReferenceArray<@Nullable PooledBuffer> slots =
            new AtomicReferenceArray<>((SLOTS + 2) * SPACING);

    private final Deque<PooledBuffer> queue = new ArrayDeque<>();

    /** Without the lock. */
    @Nullable
    PooledBuffer take() {
        int home = home();
        for (int i = 0; i < SLOTS; i++) {
            int slot = slot(home + i);
            // A look first: it leaves the line shared where there is nothing to take.
            if (slots.get(slot) != null) {
                PooledBuffer taken = slots.getAndSet(slot, null);
                if (taken != null) {
                    return taken;
                }
            }
        }
        return null;
    }

    /** Without the lock; {@code false} if it has to be queued. */
    boolean put(PooledBuffer buffer) {
        int home = home();
        for (int i = 0; i < TRIED; i++) {
            int slot = slot(home + i);
            if (slots.get(slot) == null && slots.compareAndSet(slot, null, buffer)) {
                return true;
            }
        }
        return false;
    }

    /** Under the pool's lock. */
    @Nullable
    PooledBuffer takeAny() {
        PooledBuffer queued = queue.poll();
        return queued == null ? take() : queued;
    }

    /** Under the pool's lock. */
    void enqueue(PooledBuffer buffer) {
        queue.push(buffer);
    }

    /** Under the pool's lock; exact while nobody takes or puts. */
    int size() {
        int size = queue.size();
        for (int i = 0; i < SLOTS; i++) {
            if (slots.get(slot(i)) != null) {
                size++;
            }
        }
        return size;
    }

    private static int home() {
        return (int) Thread.currentThread().threadId();
    }

    private static int slot(int number) {
        return ((number & (SLOTS - 1)) + 1) * SPACING;
    }
}
