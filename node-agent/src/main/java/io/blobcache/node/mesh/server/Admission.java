package io.blobcache.node.mesh.server;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.model.NanoClock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** How much is lent at once. Whoever comes when it is all out waits a little, in turn, and is then told BUSY. Thread-safe. */
final class Admission {
    private final long maxBytes;
    private final int minBytes;
    private final NanoClock clock;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final Queue<Turn> line = new ArrayDeque<>();

    @GuardedBy("lock")
    private long lentBytes;

    /** One that waits. */
    private static final class Turn {
        private final Condition come;
        private final long bytes;
        private boolean isCome;

        Turn(Condition come, long bytes) {
            this.come = come;
            this.bytes = bytes;
        }
    }

    /**
     * @param minBytes what a call counts at least
     */
    Admission(long maxBytes, int minBytes, NanoClock clock) {
        this.maxBytes = maxBytes;
        this.minBytes = minBytes;
        this.clock = clock;
    }

    /**
     * @param patience how long the request waits for its turn
     * @return whether so many bytes may be lent; {@link #leave} gives them back
     */
    boolean enter(int bytes, Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Turn turn = new Turn(lock.newCondition(), counted(bytes));
            line.add(turn);
            call();
            try {
                for (long left = patience.toNanos(); left > 0 && !turn.isCome; ) {
                    left = clock.await(lock, turn.come, left);
                }
            } catch (InterruptedException e) {
                leave(turn);
                throw e;
            }
            if (!turn.isCome) {
                leave(turn);
            }
            return turn.isCome;
        } finally {
            lock.unlock();
        }
    }

    void leave(int bytes) {
        lock.lock();
        try {
            lentBytes -= counted(bytes);
            call();
        } finally {
            lock.unlock();
        }
    }

    /** Whoever gives up holds nobody up who comes after it. */
    @GuardedBy("lock")
    private void leave(Turn turn) {
        if (turn.isCome) {
            lentBytes -= turn.bytes;
        } else {
            line.remove(turn);
        }
        call();
    }

    @GuardedBy("lock")
    private void call() {
        for (Turn first = line.peek(); first != null && lentBytes + first.bytes <= maxBytes; first = line.peek()) {
            lentBytes += first.bytes;
            first.isCome = true;
            first.come.signal();
            line.remove();
        }
    }

    /** Never more than there is: with large pieces and little to lend, one call at a time. */
    private long counted(int bytes) {
        return Math.min(maxBytes, Math.max(minBytes, bytes));
    }
}
