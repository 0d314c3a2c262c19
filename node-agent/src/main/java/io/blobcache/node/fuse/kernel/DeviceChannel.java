package io.blobcache.node.fuse.kernel;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.lang.foreign.MemorySegment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The descriptor of {@code /dev/fuse}: read(2) gives one request, write(2) takes one reply. */
final class DeviceChannel implements FuseChannel {
    private static final Logger LOG = LoggerFactory.getLogger(DeviceChannel.class);

    private final int fd;

    DeviceChannel(int fd) {
        this.fd = fd;
    }

    @Override
    public int read(MemorySegment into) {
        while (true) {
            long length = Posix.read(fd, into, 0, into.byteSize());
            if (length >= 0) {
                return (int) length;
            }
            switch (Errno.of((int) -length)) {
                // A signal; another thread took the request; the request was interrupted before we took it.
                case EINTR, EAGAIN, ENOENT -> {}
                case ENODEV, ECONNABORTED -> {
                    return UNMOUNTED;
                }
                default -> {
                    LOG.atError().addKeyValue("errno", -length).log("reading from /dev/fuse failed");
                    return UNMOUNTED;
                }
            }
        }
    }

    @Override
    public boolean write(MemorySegment from, long offset, int length) {
        while (true) {
            long written = Posix.write(fd, from, offset, length);
            if (written >= 0) {
                return true;
            }
            switch (Errno.of((int) -written)) {
                case EINTR, EAGAIN -> {}
                // The request is no more: aborted, or unmounted.
                case ENOENT, ENODEV, ECONNABORTED -> {
                    return false;
                }
                default -> {
                    LOG.atError().addKeyValue("errno", -written).log("the kernel refused a reply");
                    return false;
                }
            }
        }
    }
}
