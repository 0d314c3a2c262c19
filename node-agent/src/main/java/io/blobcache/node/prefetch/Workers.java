package io.blobcache.node.prefetch;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashSet;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A few threads that fetch ahead. Each asks those who have something to fetch in turn for one block, fetches it, and
 * asks the next; it ends when nobody has anything. Thread-safe.
 */
final class Workers {
    private final int max;
    private final Executor threads;
    private final Consumer<Ahead> fetch;
    private final ReentrantLock lock = new ReentrantLock();

    /** No more than there are open files and walked directories. */
    @GuardedBy("lock")
    private final LinkedHashSet<AheadBlocks> asking = new LinkedHashSet<>();

    @GuardedBy("lock")
    private int running;

    @GuardedBy("lock")
    private boolean closed;

    /**
     * @param max     at once
     * @param threads starts a thread for each task
     * @param fetch   may take its time
     */
    Workers(int max, Executor threads, Consumer<Ahead> fetch) {
        this.max = max;
        this.threads = threads;
        this.fetch = fetch;
    }

    /** This one has something to fetch. Returns at once. The caller holds no lock that {@code next} takes. */
    void wake(AheadBlocks asks) {
        lock.lock();
        try {
            if (!closed) {
                asking.add(asks);
            }
        } finally {
            lock.unlock();
        }
        for (Ahead ahead = engage(); ahead != null; ahead = engage()) {
            start(ahead);
        }
    }

    /** Nothing more is begun. */
    void close() {
        lock.lock();
        try {
            closed = true;
            asking.clear();
        } finally {
            lock.unlock();
        }
    }

    private void start(Ahead first) {
        try {
            threads.execute(() -> work(first));
        } catch (RejectedExecutionException e) {
            release(); // The mount is closing.
        }
    }

    private void work(Ahead first) {
        boolean ended = false;
        try {
            for (Ahead ahead = first; ahead != null; ahead = next()) {
                fetch.accept(ahead);
            }
            ended = true;
        } finally {
            if (!ended) {
                release();
            }
        }
    }

    /** What one more worker is to begin with; {@code null} if none is needed or allowed. */
    private @Nullable Ahead engage() {
        lock.lock();
        try {
            Ahead ahead = running < max ? poll() : null;
            running += ahead == null ? 0 : 1;
            return ahead;
        } finally {
            lock.unlock();
        }
    }

    /** What this worker is to go on with; {@code null} if it has ended. */
    private @Nullable Ahead next() {
        lock.lock();
        try {
            Ahead ahead = poll();
            running -= ahead == null ? 1 : 0;
            return ahead;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private @Nullable Ahead poll() {
        while (!asking.isEmpty()) {
            AheadBlocks first = asking.removeFirst();
            Ahead ahead = first.next();
            if (ahead != null) {
                asking.addLast(first);
                return ahead;
            }
        }
        return null;
    }

    private void release() {
        lock.lock();
        try {
            running--;
        } finally {
            lock.unlock();
        }
    }
}
