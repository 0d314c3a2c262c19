package io.blobcache.node.tier.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.posix.Errno;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the device can be used. NORMAL: yes. UNSTABLE: what is there is read, nothing is written; after any failure.
 * DOWN: neither, because reads failed or hung too; after three failures of the device within a minute. From both it comes back
 * by itself when a probe, made by {@link #tick}, has succeeded often enough.
 *
 * <p>Asking is one volatile read. Each change is logged once, with the remedy. Thread-safe.
 */
final class DiskHealth {
    enum State {
        NORMAL,
        UNSTABLE,
        DOWN
    }

    /** Failures of the device within {@link #WINDOW} until it is not even read: one may be a bad block, three are not. */
    static final int FAILURES_UNTIL_DOWN = 3;

    private static final Duration WINDOW = Duration.ofMinutes(1);

    /**
     * Clean probes in a row until a device that failed is used again: a minute at two a second, since a failing device
     * answers well in between. Where space, permission or the directory was missing, one success proves the cure.
     */
    static final int CLEAN_PROBES_AFTER_FAILURE = 120;

    /**
     * Clean probes in a row until a device that was slow is used again: ten seconds at two a second. Few, because one
     * that is slow again costs its readers a tenth of a second each and no more.
     */
    static final int CLEAN_PROBES_AFTER_SLOWNESS = 20;

    private static final Logger log = LoggerFactory.getLogger(DiskHealth.class);

    private final InstantSource clock;
    private final IntSupplier probe;
    private final TierCounters counters;
    private volatile State state = State.NORMAL;

    @GuardedBy("this")
    private final Deque<Long> failedMillis = new ArrayDeque<>();

    @GuardedBy("this")
    private int cleanProbes;

    @GuardedBy("this")
    private @Nullable Trouble trouble;

    /** @param probe writes, reads and unlinks a small file; answers 0 or an error number */
    DiskHealth(InstantSource clock, IntSupplier probe, TierCounters counters) {
        this.clock = clock;
        this.probe = probe;
        this.counters = counters;
    }

    boolean readable() {
        return state != State.DOWN;
    }

    boolean writable() {
        return state == State.NORMAL;
    }

    State state() {
        return state;
    }

    /** Whether it is for want of space that nothing is written. */
    synchronized boolean full() {
        return trouble == Trouble.FULL;
    }

    /** Whether it is bypassed because the device failed, and not for want of space, permission or a directory. */
    synchronized boolean deviceFailed() {
        return trouble == Trouble.DEVICE;
    }

    /** Why it is not normal, and the remedy; empty when it is. */
    synchronized String reason() {
        return trouble == null ? "" : trouble.remedy();
    }

    /** A call failed. What that means for the caller is the caller's business: it misses or declines. */
    void failed(String call, int errno) {
        counters.deviceErrors.increment();
        Trouble met = Trouble.of(errno);
        if (met != Trouble.STARVED) {
            note(met, met == Trouble.DEVICE, call, errno);
        }
    }

    /**
     * A call has not come back for a second or more. For a call that reads that is a failure like any other, told once
     * a second while it lasts; one that writes may wait for the page cache to drain, and only stops the writing.
     */
    void slow(String call, boolean reads) {
        counters.deviceErrors.increment();
        note(Trouble.SLOW, reads, call, Errno.ETIMEDOUT.number());
    }

    private synchronized void note(Trouble met, boolean towardsDown, String call, int errno) {
        cleanProbes = 0;
        State next = towardsDown && deviceFailedTooOften() ? State.DOWN : State.UNSTABLE;
        if (met == Trouble.DEVICE && trouble == Trouble.SLOW) {
            trouble = met; // The longer proof of being well is due, and what is on it is to be checked.
        }
        if (next.compareTo(state) > 0) {
            trouble = trouble == Trouble.DEVICE ? trouble : met;
            state = next;
            log.atWarn()
                    .addKeyValue("state", next)
                    .addKeyValue("call", call)
                    .addKeyValue("errno", Errno.of(errno))
                    .addKeyValue("remedy", met.remedy())
                    .log("disk tier is bypassed");
        }
    }

    /** Probes if it is not normal; called twice a second. @return whether it has just become normal */
    boolean tick() {
        if (state == State.NORMAL) {
            return false;
        }
        int errno = probe.getAsInt();
        synchronized (this) {
            if (errno != 0) {
                cleanProbes = 0;
                return false;
            }
            cleanProbes++;
            if (cleanProbes < cleanProbesDue()) {
                return false;
            }
            state = State.NORMAL;
            trouble = null;
            failedMillis.clear();
            log.atInfo().log("disk tier is used again");
            return true;
        }
    }

    @GuardedBy("this")
    private int cleanProbesDue() {
        return trouble == Trouble.DEVICE
                ? CLEAN_PROBES_AFTER_FAILURE
                : trouble == Trouble.SLOW ? CLEAN_PROBES_AFTER_SLOWNESS : 1;
    }

    @GuardedBy("this")
    private boolean deviceFailedTooOften() {
        long now = clock.millis();
        failedMillis.addLast(now);
        while (failedMillis.getFirst() < now - WINDOW.toMillis() || failedMillis.size() > FAILURES_UNTIL_DOWN) {
            failedMillis.removeFirst();
        }
        return failedMillis.size() >= FAILURES_UNTIL_DOWN;
    }
}
