package io.blobcache.node.buffer;

import io.blobcache.node.metrics.PoolCounters;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for a buffer, in the order in which they came; only the first is served: a large buffer would wait for
 * ever if everybody who wants a small one took the room that comes free. Used under the pool's lock, but for
 * {@link #isEmpty} and {@link #length}.
 */
final class WaitingLine {
    private final Lock lock;
    private final PoolCounters counters;
    private final ArrayDeque<Condition> turns = new ArrayDeque<>();

    private volatile int length;

    WaitingLine(Lock lock, PoolCounters counters) {
        this.lock = lock;
        this.counters = counters;
    }

    /** Whoever gives a buffer back without the lock looks here afterwards. */
    boolean isEmpty() {
        return length == 0;
    }

    /** Those who wait now. */
    int length() {
        return length;
    }

    /**
     * Tries at once and then whenever there may be something, until it has waited for {@code patienceNanos}.
     *
     * @param attempt given its turn; what it answers when there is nothing, or it is not first, is null
     */
    @Nullable
    PooledBuffer await(Function<Condition, @Nullable PooledBuffer> attempt, long patienceNanos)
            throws InterruptedException {
        Condition turn = join();
        try {
            PooledBuffer buffer = attempt.apply(turn);
            if (buffer != null) {
                return buffer;
            }
            if (patienceNanos <= 0) {
                counters.skipped.increment();
                return null;
            }
            long left = patienceNanos;
            while (buffer == null && left > 0) {
                left = turn.awaitNanos(left);
                buffer = attempt.apply(turn);
            }
            counters.waitNanos.add(patienceNanos - left);
            (buffer == null ? counters.timedOut : counters.served).increment();
            return buffer;
        } finally {
            leave(turn);
        }
    }

    private Condition join() {
        Condition turn = lock.newCondition();
        turns.addLast(turn);
        length = turns.size();
        return turn;
    }

    @SuppressWarnings("ReferenceEquality") // Each turn is one of its own.
    boolean isFirst(Condition turn) {
        return turns.peekFirst() == turn;
    }

    private void leave(Condition turn) {
        turns.remove(turn);
        length = turns.size();
        callFirst();
    }

    void callFirst() {
        Condition first = turns.peekFirst();
        if (first != null) {
            first.signal();
        }
    }
}
