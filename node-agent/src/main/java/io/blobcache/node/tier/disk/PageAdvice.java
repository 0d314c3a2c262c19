package io.blobcache.node.tier.disk;

import io.blobcache.node.metrics.TierCounters;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.tier.disk.ReadPattern.Advice;

/**
 * Tells the kernel how data files are read, so that it reads ahead of readers in order, not around readers at random,
 * and keeps no pages that nobody comes back for. Advice is only that: what the kernel does not know or forbids changes
 * nothing and is not reported. Thread-safe.
 */
final class PageAdvice {
    /**
     * A blob of no more than this is brought in whole. Of a longer one the beginning is not: the kernel's own read-ahead
     * begins more slowly behind it (decision 16).
     */
    static final long SHORT_BYTES = 4 << 20;

    private final DeviceReads device;
    private final DeviceCalls calls;
    private final TierCounters counters;
    private final boolean given;
    private final long dropBehindBytes;

    /**
     * @param given           false keeps silent
     * @param dropBehindBytes blobs longer than this leave the page cache behind a reader; 0 means none
     */
    PageAdvice(DeviceReads device, DeviceCalls calls, TierCounters counters, boolean given, long dropBehindBytes) {
        this.device = device;
        this.calls = calls;
        this.counters = counters;
        this.given = given;
        this.dropBehindBytes = dropBehindBytes;
    }

    /** A read of so much is about to wait for the device; on the thread that waits. */
    void waiting(DataFile file, long blobLengthBytes, long offset, int length) {
        if (!given) {
            return;
        }
        for (Advice advice : file.pattern.waited(offset, length, isStreamed(blobLengthBytes))) {
            tell(file, advice.kind(), advice.offset(), advice.lengthBytes());
        }
    }

    /** The kernel will read a file in our stead: a short one is brought into memory, unless it is there. */
    void opened(DataFile file, long blobLengthBytes) {
        if (given && blobLengthBytes <= SHORT_BYTES && isMissing(file, blobLengthBytes)) {
            calls.spare(() -> whileOpen(file, () -> tell(file, Posix.FADV_WILLNEED, 0, blobLengthBytes)));
        }
    }

    /**
     * Nobody has a file open any more that the kernel read in our stead. Had so much of it been read that it pushed out
     * what others read, its pages go. The kernel says what it keeps; how it was read it does not say.
     */
    void closed(DataFile file, long blobLengthBytes) {
        if (given && isStreamed(blobLengthBytes)) {
            calls.spare(() -> whileOpen(file, () -> dropIfMany(file)));
        }
    }

    /** Its turn comes later, or never: it claims the file only then. */
    private static void whileOpen(DataFile file, Runnable advice) {
        if (file.tryClaim()) {
            try {
                advice.run();
            } finally {
                file.release();
            }
        }
    }

    private void dropIfMany(DataFile file) {
        if (device.cachedBytes(file.fd(), 0, 0) > dropBehindBytes / 2) {
            tell(file, Posix.FADV_DONTNEED, 0, 0);
        }
    }

    private boolean isStreamed(long blobLengthBytes) {
        return dropBehindBytes > 0 && blobLengthBytes > dropBehindBytes;
    }

    private boolean isMissing(DataFile file, long lengthBytes) {
        long cached = device.cachedBytes(file.fd(), 0, lengthBytes);
        return cached >= 0 && cached < lengthBytes;
    }

    private void tell(DataFile file, int kind, long offset, long lengthBytes) {
        if (device.advise(file.fd(), offset, lengthBytes, kind) == 0) {
            counters.advice(kind).increment();
        }
    }
}
