package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Posix;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An open data file, closed with its last claim: a reader never reads through a descriptor that has become another
 * file. The table of open files holds one claim, each read and each {@link CompleteFile} another. Thread-safe.
 */
final class DataFile {
    /** How it is read where the device is waited for. */
    final ReadPattern pattern = new ReadPattern();

    private final int fd;
    private final AtomicInteger claims = new AtomicInteger(1);

    DataFile(int fd) {
        this.fd = fd;
    }

    int fd() {
        return fd;
    }

    boolean tryClaim() {
        while (true) {
            int claimed = claims.get();
            if (claimed == 0) {
                return false;
            }
            if (claims.compareAndSet(claimed, claimed + 1)) {
                return true;
            }
        }
    }

    void release() {
        if (claims.decrementAndGet() == 0) {
            Posix.close(fd);
        }
    }
}
