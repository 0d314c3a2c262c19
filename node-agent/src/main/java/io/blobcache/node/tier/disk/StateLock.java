package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import io.blobcache.node.tier.disk.StateDirectoryException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The right to use a state directory: the file {@code lock} in it, locked by this process until it ends, however it
 * ends. Open for reading only, so that it does not keep the file system from being mounted read-only.
 */
final class StateLock implements AutoCloseable {
    private static final String NAME = "lock";

    private final int fd;
    private final @Nullable Object file;

    private StateLock(int fd, @Nullable Object file) {
        this.fd = fd;
        this.file = file;
    }

    static StateLock take(Path root) throws IOException {
        Path path = root.resolve(NAME);
        int fd = Posix.open(path.toString(), Posix.O_RDONLY | Posix.O_CREAT | Posix.O_NOFOLLOW, 0600);
        if (fd < 0) {
            throw new PosixException("open " + path, -fd);
        }
        int errno = FileCalls.lockExclusively(fd);
        if (errno == 0) {
            return new StateLock(fd, identity(path));
        }
        Posix.close(fd);
        PosixException cause = new PosixException("flock " + path, -errno);
        if (errno != -Errno.EAGAIN.number()) {
            throw cause;
        }
        throw new StateDirectoryException(
                Reason.IN_USE,
                "state directory %s is in use by another agent: stop it or choose another --state".formatted(root),
                cause);
    }

    /** Whether the locked file is still the one at its path; false after somebody removed the directory. */
    boolean standsAt(Path root) throws IOException {
        Path path = root.resolve(NAME);
        return file != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && file.equals(identity(path));
    }

    @Override
    public void close() {
        Posix.close(fd);
    }

    private static @Nullable Object identity(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }
}
