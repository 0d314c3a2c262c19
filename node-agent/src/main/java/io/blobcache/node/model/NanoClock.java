package io.blobcache.node.model;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.LongSupplier;

/**
 * A monotonic clock in nanoseconds, and waiting by it. {@code System::nanoTime} is the real one; a simulation has its own,
 * in which an hour takes a moment. Thread-safe.
 */
@FunctionalInterface
public interface NanoClock extends LongSupplier {

    /**
     * Waits until it is signalled, as {@link Condition#awaitNanos}; also without a reason, so callers look again.
     *
     * @param lock    the lock of the condition, held by this thread
     * @param nanos   longest wait
     * @return what is left of {@code nanos}; 0 or less if the time is over
     */
    @SuppressWarnings("WaitNotInLoop") // The callers loop.
    default long await(Lock lock, Condition condition, long nanos) throws InterruptedException {
        return condition.awaitNanos(nanos);
    }

    /** Holds the calling thread up. */
    default void sleep(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }
}
