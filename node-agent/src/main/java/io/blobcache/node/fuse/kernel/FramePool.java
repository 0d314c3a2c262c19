package io.blobcache.node.fuse.kernel;

import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Frames for requests that wait. A frame's memory takes up nothing until the awaited bytes are copied into it, so a
 * thousand readers that wait for 1 MiB each hold addresses, not memory. Still there is a bound: {@link #MAX_BYTES} of
 * addresses; past it a request waits for a frame before it waits for its source. Frames of one page are not counted,
 * since the number of waiting requests bounds them. Thread-safe.
 */
final class FramePool implements AutoCloseable {
    /** What the kernel sends by itself: max_background 512 requests of 1 MiB. */
    private static final int MAX_BYTES = 512 << 20;

    private static final int PAGE_BYTES = 4096;

    /** Most answers; what read-ahead asks for by default; the largest read. */
    private static final int[] CLASS_BYTES = {PAGE_BYTES, 128 << 10, 1 << 20};

    /** Idle frames that keep their memory, per class: at most 0.5 + 4 + 16 MiB. */
    private static final int[] MAX_IDLE = {64, 32, 16};

    /** For answers that must be given when no memory is left for a frame: an unanswered request hangs its reader. */
    private final FuseFrame spare = new FuseFrame(0);

    private boolean closed;
    private final Semaphore freePages;
    private final IdleFrames[] idle = new IdleFrames[CLASS_BYTES.length];

    private record IdleFrames(Deque<FuseFrame> frames, AtomicInteger count) {}

    FramePool() {
        this(MAX_BYTES);
    }

    FramePool(int maxBytes) {
        this.freePages = new Semaphore(maxBytes / PAGE_BYTES);
        for (int i = 0; i < idle.length; i++) {
            idle[i] = new IdleFrames(new ConcurrentLinkedDeque<>(), new AtomicInteger());
        }
    }

    /**
     * A frame whose reply holds {@code bodyBytes}, at most 1 MiB; give it back.
     *
     * @throws InterruptedException while waiting for other requests to give theirs back; never for one page
     */
    FuseFrame take(int bodyBytes) throws InterruptedException {
        int size = classOf(bodyBytes);
        freePages.acquire(countedPages(size));
        FuseFrame frame = idle[size].frames.pollFirst();
        if (frame != null) {
            idle[size].count.decrementAndGet();
            return frame;
        }
        try {
            return new FuseFrame(CLASS_BYTES[size]);
        } catch (RuntimeException | Error e) {
            freePages.release(countedPages(size));
            throw e;
        }
    }

    void giveBack(FuseFrame frame) {
        int size = classOf(frame.reply().capacityBytes());
        if (idle[size].count.incrementAndGet() <= MAX_IDLE[size]) {
            // The last one used is the first one reused: its pages are there.
            idle[size].frames.addFirst(frame);
        } else {
            idle[size].count.decrementAndGet();
            frame.close();
        }
        freePages.release(countedPages(size));
    }

    /** Does something short with a frame of one page that is always there; nothing after the end. */
    synchronized void withSpare(Consumer<FuseFrame> use) {
        if (!closed) {
            use.accept(spare);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        spare.close();
        for (IdleFrames frames : idle) {
            for (FuseFrame frame = frames.frames.poll(); frame != null; frame = frames.frames.poll()) {
                frame.close();
            }
        }
    }

    private static int countedPages(int size) {
        return size == 0 ? 0 : CLASS_BYTES[size] / PAGE_BYTES;
    }

    /** The last class for all that is longer: no listing needs more, and no read is allowed more. */
    private static int classOf(int bodyBytes) {
        int size = 0;
        while (size < CLASS_BYTES.length - 1 && bodyBytes > CLASS_BYTES[size]) {
            size++;
        }
        return size;
    }
}
