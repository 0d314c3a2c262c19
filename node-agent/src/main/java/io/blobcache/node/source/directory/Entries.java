package io.blobcache.node.source.directory;

import io.blobcache.node.posix.Beneath;
import io.blobcache.node.posix.FileStatus;
import io.blobcache.node.posix.PosixException;
import io.blobcache.node.source.SourceEntry;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What stands under a name of an open directory: a file, a directory, a link as it is, or nothing that we show. */
final class Entries {
    private Entries() {}

    /** Changes when the content does, as far as the file system's clock is fine enough; a copied file has an own one. */
    static String versionOf(FileStatus status) {
        long nanos = ChronoUnit.NANOS.between(Instant.EPOCH, status.modified());
        return nanos + "-" + status.sizeBytes() + "-" + status.inode();
    }

    /**
     * @return {@code null} for a device, a socket, a fifo, and a link whose target is not UTF-8
     * @throws PosixException if there is nothing
     */
    static @Nullable SourceEntry of(int directoryFd, String name, String path) throws PosixException {
        FileStatus status = Beneath.status(directoryFd, name);
        if (status.regular()) {
            return new SourceEntry.File(
                    path, versionOf(status), status.sizeBytes(), status.modified(), status.executable());
        }
        if (status.directory()) {
            return new SourceEntry.Directory(path, status.modified());
        }
        return status.symlink() ? link(directoryFd, name, path, status) : null;
    }

    private static @Nullable SourceEntry link(int directoryFd, String name, String path, FileStatus status)
            throws PosixException {
        byte[] target = Beneath.target(directoryFd, name);
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(target))
                    .toString();
            return new SourceEntry.Symlink(path, text, status.modified());
        } catch (CharacterCodingException e) {
            // Not UTF-8: hidden, as said.
            return null;
        }
    }
}
