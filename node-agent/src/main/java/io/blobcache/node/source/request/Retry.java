package io.blobcache.node.source.request;

import io.blobcache.node.config.SourceConfig;
import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.BlobException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * The only place where a request to a source is made again. Clients below have their own retries switched off, so what
 * is counted here is what the source sees.
 *
 * <p>A call has {@link SourceConfig#attempts} tries, pauses with decorrelated jitter between them (each drawn between
 * the shortest pause and three times the one before, so that readers who failed together do not return together), never
 * less than what the source asks for by Retry-After. It ends early when the pause would pass the deadline or when the
 * {@link RetryBudget} of the source is spent. At most {@link SourceConfig#maxRequests} attempts run at once; more wait,
 * within their deadline. Thread-safe.
 */
public final class Retry {
    private final Supplier<SourceConfig> config;
    private final SourceCounters counters;
    private final Time time;
    private final RandomGenerator random;
    private final RetryBudget budget;
    private final Semaphore permits;

    /** One try. */
    @FunctionalInterface
    public interface Attempt<T> {
        T run(Deadline deadline) throws AttemptFailure;
    }

    /** @param config asked at each call; how many requests may run at once is settled by the first answer */
    public Retry(Supplier<SourceConfig> config, SourceCounters counters, Time time, RandomGenerator random) {
        this.config = config;
        this.counters = counters;
        this.time = time;
        this.random = random;
        int maxRequests = config.get().maxRequests();
        this.budget = new RetryBudget(maxRequests);
        this.permits = new Semaphore(maxRequests);
    }

    /**
     * @param what  names the call in messages
     * @param bytes how many bytes it is to bring: more bytes, more time
     * @throws BlobException the verdict on the last attempt
     */
    public <T> T call(String what, long bytes, Attempt<T> attempt) throws BlobException {
        Deadline deadline = Deadline.of(time, bytes);
        SourceConfig settings = config.get();
        Duration pause = settings.minBackoff();
        boolean renewed = false;
        budget.requested();
        for (int tries = 1; ; tries++) {
            try {
                return permitted(what, attempt, deadline);
            } catch (AttemptFailure failure) {
                if (failure.hope() == AttemptFailure.Hope.NONE || tries == settings.attempts()) {
                    throw failure.verdict();
                }
                if (failure.hope() == AttemptFailure.Hope.ONCE) {
                    if (renewed) {
                        throw failure.verdict();
                    }
                    renewed = true;
                } else {
                    pause = nextPause(settings, pause);
                    pauseBefore(what, failure, pause, deadline);
                }
                counters.retries.increment();
            }
        }
    }

    private <T> T permitted(String what, Attempt<T> attempt, Deadline deadline) throws AttemptFailure {
        try {
            if (!permits.tryAcquire(deadline.leftNanos(), TimeUnit.NANOSECONDS)) {
                throw AttemptFailure.last(new BlobException.TimedOut(
                        what + ": no free request within the deadline: raise source.maxRequests", null));
            }
        } catch (InterruptedException e) {
            throw AttemptFailure.last(interrupted(what));
        }
        try {
            return attempt.run(deadline);
        } finally {
            permits.release();
        }
    }

    private void pauseBefore(String what, AttemptFailure failure, Duration jittered, Deadline deadline)
            throws BlobException {
        Duration pause = jittered.compareTo(failure.retryAfter()) < 0 ? failure.retryAfter() : jittered;
        if (pause.toNanos() >= deadline.leftNanos() || !budget.spend()) {
            throw failure.verdict();
        }
        try {
            time.pause(pause);
        } catch (InterruptedException e) {
            throw interrupted(what);
        }
    }

    private Duration nextPause(SourceConfig settings, Duration last) {
        long min = settings.minBackoff().toNanos();
        long drawn = random.nextLong(min, Math.max(min + 1, last.toNanos() * 3));
        return Duration.ofNanos(Math.min(drawn, settings.maxBackoff().toNanos()));
    }

    private static BlobException interrupted(String what) {
        Thread.currentThread().interrupt();
        return new BlobException.Interrupted(what + ": interrupted");
    }
}
