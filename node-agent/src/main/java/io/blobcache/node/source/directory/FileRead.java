package io.blobcache.node.source.directory;

import io.blobcache.node.metrics.SourceCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Beneath;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.FileStatus;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import io.blobcache.node.source.Source.Progress;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads a range of one version of an open file. The file can be written to at any moment, so its version is looked at
 * before and after: what was read in between is only good if both are the blob's.
 */
final class FileRead {
    /** So often readers hear of progress, and an interrupt is seen: some 0.2 ms of a fast disk. */
    private static final int STEP_BYTES = 1 << 20;

    private final String what;
    private final Blob blob;
    private final SourceCounters counters;

    FileRead(String what, Blob blob, SourceCounters counters) {
        this.what = what;
        this.blob = blob;
        this.counters = counters;
    }

    void run(int fd, long offset, int length, MemorySegment into, Progress progress, AtomicBoolean stop)
            throws BlobException, PosixException {
        Objects.checkFromIndexSize(offset, length, blob.lengthBytes());
        checkVersion(fd);
        int arrived = 0;
        while (arrived < length) {
            int wanted = Math.min(STEP_BYTES, length - arrived);
            long count = Posix.pread(fd, into, arrived, wanted, offset + arrived);
            if (count == -Errno.EINTR.number()) {
                continue;
            }
            if (count < 0) {
                throw new PosixException("pread", (int) -count);
            }
            if (count == 0) {
                throw changed();
            }
            arrived += (int) count;
            counters.readBytes.add(count);
            // Before anybody hears of these bytes: a later look could not take them back.
            checkVersion(fd);
            progress.arrived(arrived);
            if (arrived < length && (stop.get() || Thread.currentThread().isInterrupted())) {
                throw new BlobException.Interrupted(what + ": interrupted");
            }
        }
    }

    private void checkVersion(int fd) throws BlobException, PosixException {
        FileStatus status = Beneath.status(fd);
        boolean same = status.sizeBytes() == blob.lengthBytes()
                && Entries.versionOf(status).equals(blob.version());
        if (!status.regular() || !same) {
            throw changed();
        }
    }

    private BlobException.Changed changed() {
        return new BlobException.Changed(what + ": the file has changed since it was opened");
    }
}
