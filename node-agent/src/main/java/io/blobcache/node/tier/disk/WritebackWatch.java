package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;

/**
 * Learns whether the device took what the kernel wrote to it in the background. A write(2) that succeeded says nothing:
 * when writing back fails, the page is clean all the same and its bytes are lost with it, so that a later read gets what
 * was on the device before. syncfs(2) tells, once, of every such failure since the descriptor was opened.
 */
final class WritebackWatch implements AutoCloseable {
    private final int fd;
    private long fillsSeen;

    WritebackWatch(StateDirectory directory) {
        this.fd = Posix.open(directory.root().toString(), Posix.O_RDONLY, 0);
    }

    /**
     * Waits for the device; for a background thread.
     *
     * @param fills blocks ever filled: nothing is asked while there are no new ones
     * @return 0, or the error number of a write that was lost
     */
    int look(long fills) {
        if (fd < 0 || fills == fillsSeen) {
            return 0;
        }
        fillsSeen = fills;
        return -FileCalls.syncfs(fd);
    }

    @Override
    public void close() {
        if (fd >= 0) {
            Posix.close(fd);
        }
    }
}
