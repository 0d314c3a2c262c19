package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntSupplier;

/**
 * A probe that hangs nobody: one at a time, on a thread that may be lost. One that takes longer than {@link #LIMIT}
 * says that the device is slow; so does a call of the tier that still has not come back.
 */
final class TimedProbe implements IntSupplier {
    /** As long as a read may take until it is a failure: the probe also syncs, which a busy disk does in 100 ms. */
    static final Duration LIMIT = DeviceCalls.OVERDUE;

    private final DeviceCalls calls;
    private final IntSupplier probe;
    private final AtomicBoolean underWay = new AtomicBoolean();

    TimedProbe(DeviceCalls calls, IntSupplier probe) {
        this.calls = calls;
        this.probe = probe;
    }

    @Override
    public int getAsInt() {
        if (underWay.get() || calls.overdue()) {
            return Errno.ETIMEDOUT.number();
        }
        return calls.runUncounted(this::probe, LIMIT, Errno.ETIMEDOUT.number());
    }

    private int probe() {
        if (!underWay.compareAndSet(false, true)) {
            return Errno.ETIMEDOUT.number();
        }
        try {
            return probe.getAsInt();
        } finally {
            underWay.set(false);
        }
    }
}
