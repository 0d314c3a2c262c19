package io.blobcache.node.tier.disk;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.tier.Offer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blocks that wait to be written, at most {@link #MAX_QUEUED} a writer. A full queue is busy: whoever offers
 * may try again a moment later, or go on without. Behind a write that hangs nothing waits: what is queued is given up,
 * so that a hung disk keeps one buffer a writer and no more.
 */
final class WriteQueue implements AutoCloseable {
    /** 16 blocks of 4 MiB take 64 MiB of the buffer pool and 60 ms of a disk of 1 GB/s: enough for a burst. */
    static final int MAX_QUEUED = 16;

    /** Closing waits so long for what is queued; a disk of 10 MB/s writes 50 MB in it. */
    private static final Duration CLOSING_PATIENCE = Duration.ofSeconds(5);

    /**
     * A disk of 10 MB/s writes a block of 16 MiB in 1.6 s; and shorter than the 5 s that a fill waits for a busy tier,
     * because all that while it keeps its buffer.
     */
    static final Duration MAX_WRITE = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(WriteQueue.class);

    private final BlockWriter writer;
    private final DiskSpace space;
    private final Set<BlockKey> queued = ConcurrentHashMap.newKeySet();
    /** One thread each: two writers of one file would only wait for its inode lock in turns. */
    private final List<WriterThread> threads;

    private final DiskHealth health;
    private final LongSupplier nanoTime;

    /** @param nanoTime monotonic */
    WriteQueue(BlockWriter writer, DiskParts parts, int writers, ThreadFactory factory, LongSupplier nanoTime) {
        this.health = parts.health();
        this.nanoTime = nanoTime;
        this.writer = writer;
        this.space = parts.space();
        this.threads =
                Stream.generate(() -> new WriterThread(factory)).limit(writers).toList();
    }

    /** Busy if the queue is full; declined if it is being written already, there is no room for it, or a write hangs. */
    Offer offer(Blob blob, BlockKey key, BlockLease block) {
        WriterThread thread = threads.get(Math.floorMod(key.blobId().hashCode(), threads.size()));
        if (thread.hangs()) {
            thread.giveUpQueued();
            return Offer.DECLINED;
        }
        if (!queued.add(key)) {
            return Offer.DECLINED;
        }
        long bytes = Footprint.ofFile(key.lengthBytes());
        if (!space.reserve(bytes)) {
            queued.remove(key);
            return Offer.DECLINED;
        }
        Write write = new Write(thread, blob, key, block.retain(), bytes);
        thread.take(write);
        return write.rejected ? Offer.BUSY : Offer.TAKEN;
    }

    /** Gives up what waits behind a write that hangs. */
    void giveUpBehindHangs() {
        for (WriterThread thread : threads) {
            if (thread.hangs()) {
                thread.giveUpQueued();
            }
        }
    }

    /** Whether everything that was offered is written or given up. */
    boolean idle() {
        return queued.isEmpty();
    }

    /** Writes what is queued, within a limit; the rest is given up. */
    @Override
    public void close() {
        threads.forEach(thread -> thread.queue.shutdown());
        long end = System.nanoTime() + CLOSING_PATIENCE.toNanos();
        try {
            boolean written = true;
            for (WriterThread thread : threads) {
                written &= thread.queue.awaitTermination(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
            if (!written) {
                log.atWarn().addKeyValue("blocks", queued.size()).log("disk too slow: blocks are given up at shutdown");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(thread -> thread.queue.shutdownNow().forEach(left -> ((Write) left).giveUp()));
    }

    private static void rejected(Runnable task, ThreadPoolExecutor threads) {
        Write write = (Write) task;
        write.rejected = true;
        write.giveUp();
    }

    private final class WriterThread {
        private final ThreadPoolExecutor queue;
        private final AtomicBoolean told = new AtomicBoolean();
        private final AtomicInteger unfinished = new AtomicInteger();

        /** When it last went on: a write ended, or the first one came. */
        private volatile long wentOnNanos;

        WriterThread(ThreadFactory factory) {
            this.queue = new ThreadPoolExecutor(
                    1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_QUEUED), factory, WriteQueue::rejected);
        }

        void take(Write write) {
            if (unfinished.get() == 0) {
                wentOnNanos = nanoTime.getAsLong(); // Before it counts: who looks meanwhile must not see a hang.
            }
            unfinished.incrementAndGet();
            try {
                queue.execute(write);
            } catch (RuntimeException | Error e) {
                write.giveUp(); // No thread can be made: the write would count as one that hangs for ever.
                throw e;
            }
        }

        void goesOn() {
            wentOnNanos = nanoTime.getAsLong();
            told.set(false);
        }

        boolean hangs() {
            return unfinished.get() > 0 && nanoTime.getAsLong() - wentOnNanos > MAX_WRITE.toNanos();
        }

        void giveUpQueued() {
            List<Runnable> left = new ArrayList<>();
            queue.getQueue().drainTo(left);
            left.forEach(write -> ((Write) write).giveUp());
            if (told.compareAndSet(false, true)) { // Once a write: probes tell when the device is well again.
                health.slow("write block", false);
            }
        }
    }

    private final class Write implements Runnable {
        private final WriterThread thread;
        private final Blob blob;
        private final BlockKey key;
        private final BlockLease block;
        private final long reservedBytes;
        private boolean rejected;

        Write(WriterThread thread, Blob blob, BlockKey key, BlockLease block, long reservedBytes) {
            this.thread = thread;
            this.blob = blob;
            this.key = key;
            this.block = block;
            this.reservedBytes = reservedBytes;
        }

        @Override
        public void run() {
            boolean written = false;
            try {
                written = writer.write(blob, key, block.buffer());
            } finally {
                thread.goesOn();
                end(written);
            }
        }

        void giveUp() {
            end(false);
        }

        private void end(boolean written) {
            thread.unfinished.decrementAndGet();
            block.close();
            space.settled(reservedBytes);
            if (!written) {
                space.release(reservedBytes);
            }
            queued.remove(key);
        }
    }
}
