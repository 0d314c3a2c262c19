package io.blobcache.node.fs;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;

/** An open file: one version of it, whatever the source has by now. */
final class BlobHandle implements AutoCloseable {
    private final BlobReader.OpenBlob blob;
    private final long lengthBytes;

    BlobHandle(BlobReader.OpenBlob blob, long lengthBytes) {
        this.blob = blob;
        this.lengthBytes = lengthBytes;
    }

    int backingFd() {
        return blob.backingFd();
    }

    /** Allocates nothing when the bytes are here. */
    int read(long offset, int length, MemorySegment into, long intoOffset, Patience patience) throws FuseException {
        if (offset < 0 || length < 0) {
            throw new FuseException(Errno.EINVAL);
        }
        if (offset >= lengthBytes || length == 0) {
            return 0;
        }
        int wanted = (int) Math.min(length, lengthBytes - offset);
        try {
            return blob.read(offset, wanted, into, intoOffset, patience);
        } catch (BlobException e) {
            throw Errors.toReader(e);
        }
    }

    @Override
    public void close() {
        blob.close();
    }
}
