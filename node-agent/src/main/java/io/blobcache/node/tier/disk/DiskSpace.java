package io.blobcache.node.tier.disk;

import io.blobcache.node.config.DiskConfig;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The budget of the disk tier. Bytes are reserved before they are written and released after they were unlinked, so
 * what is on disk never exceeds the limit, not even briefly.
 *
 * <p>The limit is the quota, or less: what others keep on the device is not ours to evict, so it is taken off before
 * the watermarks are computed. Otherwise the tier would stand above its watermark for ever and evict everything.
 */
final class DiskSpace {
    private volatile DiskConfig config;
    private final DeviceSpace device;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong underway = new AtomicLong();
    private volatile long limitBytes;

    /** Until what a former process left is counted, all that is on the device is taken to be ours. */
    private volatile long uncountedBytes = Long.MAX_VALUE;

    DiskSpace(DiskConfig config, DeviceSpace device) {
        this.config = config;
        this.device = device;
    }

    void reconfigure(DiskConfig changed) {
        config = changed;
    }

    /** Looks at the device. Nothing can be reserved before the first call. */
    void sample() throws IOException {
        long total = device.totalBytes();
        long usable = device.usableBytes();
        if (uncountedBytes == Long.MAX_VALUE) {
            uncountedBytes = total - usable;
        }
        // What is under way may not have reached the device yet, so it must not be added to what is free there.
        long written = Math.max(0, used.get() - underway.get());
        long reachable = written + usable - total / 100 * config.minFreePercent();
        long quota = config.quotaBytes() == 0 ? total : config.quotaBytes();
        limitBytes = Math.max(0, Math.min(quota, reachable));
    }

    /** @return whether the bytes fit; if so they count until {@link #release} */
    boolean reserve(long bytes) {
        while (true) {
            long now = used.get();
            if (now + bytes > limitBytes - uncountedBytes) {
                return false;
            }
            if (used.compareAndSet(now, now + bytes)) {
                underway.addAndGet(bytes);
                return true;
            }
        }
    }

    /** Reserved bytes were written, or given up with {@link #release}. */
    void settled(long bytes) {
        underway.addAndGet(-bytes);
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes that were there when the process started. */
    void found(long bytes) {
        used.addAndGet(bytes);
    }

    /** All that a former process left was {@link #found}. */
    void counted() {
        uncountedBytes = 0;
    }

    /** Nothing is on disk any more but what is being written. */
    void nothingLeft() {
        used.set(underway.get());
    }

    long usedBytes() {
        return used.get();
    }

    long limitBytes() {
        return limitBytes;
    }

    boolean aboveHighWatermark() {
        return used.get() > limitBytes / 100 * config.highWatermarkPercent();
    }

    long lowWatermarkBytes() {
        return limitBytes / 100 * config.lowWatermarkPercent();
    }
}
