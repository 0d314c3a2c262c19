package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tries whether the device works: makes a small file, syncs it, reads it back from the device and unlinks it. */
final class DiskProbe {
    static final String NAME = "probe";

    private static final int BYTES = 4096;

    private final StateDirectory directory;

    DiskProbe(StateDirectory directory) {
        this.directory = directory;
    }

    /** @return 0, or the error number of what failed */
    int run() {
        Path file = directory.root().resolve(NAME);
        try {
            directory.recreate();
            int errno = write(file.toString());
            Files.deleteIfExists(file);
            return errno;
        } catch (IOException e) {
            return DiskErrors.errno(e);
        }
    }

    private static int write(String path) {
        int fd = Posix.open(path, Posix.O_RDWR | Posix.O_CREAT | Posix.O_TRUNC | Posix.O_NOFOLLOW, 0600);
        if (fd < 0) {
            return -fd;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocate(BYTES);
            bytes.fill((byte) 0x5a);
            int errno = DataWrites.all(fd, bytes, BYTES, 0);
            if (errno == 0) {
                errno = Posix.fsync(fd);
            }
            if (errno != 0) {
                return -errno;
            }
            Posix.fadvise(fd, 0, BYTES, Posix.FADV_DONTNEED); // So that the read is the device's and not the cache's.
            long read = Posix.pread(fd, bytes, 0, BYTES, 0);
            return read == BYTES ? 0 : read < 0 ? (int) -read : Errno.EIO.number();
        } finally {
            Posix.close(fd);
        }
    }
}
