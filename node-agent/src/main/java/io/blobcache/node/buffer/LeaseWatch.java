package io.blobcache.node.buffer;

import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers where each open lease was taken, when that is switched on: a stack costs some microseconds a lease. A lease
 * that was collected and never closed is a leak beyond doubt. Thread-safe.
 */
final class LeaseWatch {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseWatch.class);

    private final boolean on;
    private final ConcurrentHashMap<PooledBuffer, Taken> open = new ConcurrentHashMap<>();

    private record Taken(WeakReference<BlockLease> lease, Throwable at) {}

    LeaseWatch(boolean on) {
        this.on = on;
    }

    void taken(PooledBuffer buffer, BlockLease lease) {
        if (on) {
            open.put(buffer, new Taken(new WeakReference<>(lease), new Throwable("taken here")));
        }
    }

    void givenBack(PooledBuffer buffer) {
        if (on) {
            open.remove(buffer);
        }
    }

    /** Where the leases were taken that nobody can close any more; empty when it is off. */
    List<Throwable> leaks() {
        return open.values().stream()
                .filter(taken -> taken.lease().get() == null)
                .map(Taken::at)
                .toList();
    }

    void report() {
        for (Throwable leak : leaks()) {
            LOG.atError().setCause(leak).log("a buffer was never given back");
        }
    }

    /** Where one of the open leases was taken. */
    @Nullable
    Throwable anyOpen() {
        return open.values().stream().map(Taken::at).findFirst().orElse(null);
    }
}
