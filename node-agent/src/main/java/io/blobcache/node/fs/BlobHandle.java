package io.blobcache.node.fs;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.fuse.Patience;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;

/** An open file: one version of it, whatever the source has by now. */
final class BlobHandle implements AutoCloseable {
    private final BlobReader.OpenBlob blob;
    private final Inode file;
    private final FilesAhead filesAhead;
    private final long lengthBytes;

    /** Of reads that are made at once more than one may say so: that is harmless. */
    private boolean told;

    BlobHandle(BlobReader.OpenBlob blob, Inode file, FilesAhead filesAhead) {
        this.blob = blob;
        this.file = file;
        this.filesAhead = filesAhead;
        this.lengthBytes = file.lengthBytes();
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
            int read = blob.read(offset, wanted, into, intoOffset, patience);
            if (blob.missed() && !told) {
                told = true;
                filesAhead.read(file);
            }
            return read;
        } catch (BlobException e) {
            throw Errors.toReader(e);
        }
    }

    @Override
    public void close() {
        blob.close();
    }
}
