package io.blobcache.node.buffer;

import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;

/**
 * Those who wait for a buffer, in the order in which they came; only the first is served: a large buffer would wait for
 * ever if everybody who wants a small one took the room that comes free. Used under the pool's lock, but for
 * {@link #isEmpty}.
 */
final class WaitingLine {
    private final Lock lock;
    private final ArrayDeque<Condition> turns = new ArrayDeque<>();

    private volatile boolean empty = true;

    WaitingLine(Lock lock) {
        this.lock = lock;
    }

    /** Whoever gives a buffer back without the lock looks here afterwards. */
    boolean isEmpty() {
        return empty;
    }

    Condition join() {
        Condition turn = lock.newCondition();
        turns.addLast(turn);
        empty = false;
        return turn;
    }

    @SuppressWarnings("ReferenceEquality") // Each turn is one of its own.
    boolean isFirst(Condition turn) {
        return turns.peekFirst() == turn;
    }

    void leave(Condition turn) {
        turns.remove(turn);
        empty = turns.isEmpty();
        callFirst();
    }

    void callFirst() {
        Condition first = turns.peekFirst();
        if (first != null) {
            first.signal();
        }
    }
}
