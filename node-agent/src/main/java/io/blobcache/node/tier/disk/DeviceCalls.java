package io.blobcache.node.tier.disk;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls of the device on threads of their own, so that a device which hangs holds these and nobody else: a call
 * cannot be taken back once the kernel has it, only left alone. At most {@link #MAX_THREADS}, however long it hangs; a
 * thread whose call comes back is used again. Thread-safe.
 */
final class DeviceCalls implements AutoCloseable {
    /** Reads at once, enough to keep an NVMe device busy at 128 KiB each; and the most that a hung device may hold. */
    static final int MAX_THREADS = 10;

    /** As many as requests of the kernel may wait; each waits here for no longer than its patience. */
    private static final int MAX_QUEUED = 4096;

    /**
     * A busy disk answers in tens of milliseconds, a stalled machine (a collection, a starved container) goes on within
     * hundreds: whoever waits for a second waits for the device.
     */
    static final Duration OVERDUE = Duration.ofSeconds(1);

    private static final Duration IDLE_THREAD_LIVES = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(DeviceCalls.class);

    private final LongSupplier nanoTime;
    private final ThreadPoolExecutor threads;
    private final Set<Call<?>> running = ConcurrentHashMap.newKeySet();
    private volatile boolean cameBackOverdue;
    private long countedNanos;

    /** @param nanoTime monotonic */
    DeviceCalls(ThreadFactory factory, LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.countedNanos = nanoTime.getAsLong() - OVERDUE.toNanos();
        this.threads = new ThreadPoolExecutor(
                MAX_THREADS,
                MAX_THREADS,
                IDLE_THREAD_LIVES.toSeconds(),
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_QUEUED),
                factory);
        threads.allowCoreThreadTimeOut(true);
    }

    /** As {@link #run}, of a call that may be slow without saying anything about the device's reads. */
    <T> T runUncounted(Supplier<T> work, Duration patience, T late) {
        return run(new Call<>(work, false), patience, late);
    }

    /**
     * Waits for a call at most {@code patience}; then it goes on by itself, if it had begun, and its answer is dropped.
     *
     * @param work must not touch anything that its caller takes back after the wait
     * @return its answer; {@code late} if there is none in time, all threads hang, or this thread is interrupted
     */
    <T> T run(Supplier<T> work, Duration patience, T late) {
        return run(new Call<>(work, true), patience, late);
    }

    private <T> T run(Call<T> call, Duration patience, T late) {
        if (running(patience, false) >= MAX_THREADS) {
            return late;
        }
        try {
            threads.execute(call);
            return call.get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException | TimeoutException e) {
            return leave(call, late);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return leave(call, late);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a call of the device failed by a bug", e.getCause());
        }
    }

    /** Does something that nobody waits for, unless half of the threads are busy with what somebody waits for. */
    void spare(Runnable work) {
        if (running.size() >= MAX_THREADS / 2) {
            return;
        }
        try {
            threads.execute(new Call<>(
                    () -> {
                        work.run();
                        return true;
                    },
                    false));
        } catch (RejectedExecutionException _) {
            // The tier closes: what nobody waits for is not done.
        }
    }

    private <T> T leave(Call<T> call, T late) {
        call.cancel(false);
        threads.remove(call);
        return late;
    }

    /** Whether a call is under way that should have come back. */
    boolean overdue() {
        return running(OVERDUE, true) > 0;
    }

    /** Whether a call is overdue, or came back so: true once a second at most, for whoever counts the failures. */
    synchronized boolean takeOverdue() {
        long now = nanoTime.getAsLong();
        if ((!cameBackOverdue && !overdue()) || now - countedNanos < OVERDUE.toNanos()) {
            return false;
        }
        cameBackOverdue = false;
        countedNanos = now;
        return true;
    }

    private int running(Duration longerThan, boolean countedOnly) {
        long now = nanoTime.getAsLong();
        int found = 0;
        for (Call<?> call : running) {
            boolean counts = call.counted || !countedOnly;
            found += counts && now - call.beganNanos > longerThan.toNanos() ? 1 : 0;
        }
        return found;
    }

    /** Waits for nobody: what hangs is left to its daemon thread. */
    @Override
    public void close() {
        threads.shutdownNow();
    }

    private final class Call<T> extends FutureTask<T> {
        private final boolean counted;
        private volatile long beganNanos;

        Call(Supplier<T> work, boolean counted) {
            super(work::get);
            this.counted = counted;
        }

        @Override
        public void run() {
            beganNanos = nanoTime.getAsLong();
            running.add(this);
            try {
                super.run();
            } finally {
                running.remove(this);
                if (counted && nanoTime.getAsLong() - beganNanos > OVERDUE.toNanos()) {
                    cameBackOverdue = true;
                }
            }
        }

        @Override
        protected void setException(Throwable failure) {
            super.setException(failure);
            if (isCancelled()) { // Nobody else learns of it.
                log.atError().setCause(failure).log("a late call of the device failed by a bug");
            }
        }
    }
}
