package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.lang.foreign.MemorySegment;

/** Writing until all of it is written, which one pwrite(2) need not do. */
final class DataWrites {
    private DataWrites() {}

    /** @return 0, or the negated error number: what was written by then is of no use */
    static int all(int fd, MemorySegment from, long lengthBytes, long fileOffset) {
        long written = 0;
        while (written < lengthBytes) {
            long result = Posix.pwrite(fd, from, written, lengthBytes - written, fileOffset + written);
            if (result == -Errno.EINTR.number()) {
                continue;
            }
            if (result <= 0) {
                return result == 0 ? -Errno.EIO.number() : (int) result;
            }
            written += result;
        }
        return 0;
    }
}
