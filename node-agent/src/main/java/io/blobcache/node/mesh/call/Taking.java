package io.blobcache.node.mesh.call;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/** What a call's client takes, as far as the transport tells: that there is room, that it gave up, that it has all. Thread-safe. */
final class Taking {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private boolean cancelled;

    @GuardedBy("lock")
    private boolean over;

    @GuardedBy("lock")
    private final List<Runnable> atEnd = new ArrayList<>();

    /**
     * Waits for room.
     *
     * @return whether there is; if not, the time is over
     * @throws InterruptedException if the client has given up
     */
    boolean awaitRoom(BooleanSupplier hasRoom, long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!hasRoom.getAsBoolean() && !cancelled && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (cancelled) {
                throw new InterruptedException("the client gave up");
            }
            return left > 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the call is over. @return whether it is; if not, the time is over */
    boolean awaitEnd(long nanos) throws InterruptedException {
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (!over && left > 0) {
                left = changed.awaitNanos(left);
            }
            return over;
        } finally {
            lock.unlock();
        }
    }

    /** Does this when the call is over; at once if it is. */
    void atEnd(Runnable action) {
        lock.lock();
        try {
            if (!over) {
                atEnd.add(action);
                return;
            }
        } finally {
            lock.unlock();
        }
        action.run();
    }

    /** There may be room, or the client is gone. */
    void signal(boolean gone) {
        lock.lock();
        try {
            cancelled |= gone;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void end() {
        List<Runnable> actions;
        lock.lock();
        try {
            over = true;
            changed.signalAll();
            actions = List.copyOf(atEnd);
            atEnd.clear();
        } finally {
            lock.unlock();
        }
        actions.forEach(Runnable::run);
    }
}
