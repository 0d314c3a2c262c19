package io.blobcache.node.fs;

import io.blobcache.node.fuse.FuseException;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.Errno;

/** The one place where the reason why a blob cannot be read becomes an error number. */
final class Errors {
    private Errors() {}

    /** Unreachable is EIO and never ENOENT: a file that cannot be asked for has not been deleted. */
    static Errno of(BlobException failure) {
        return switch (failure) {
            case BlobException.NotFound _ -> Errno.ENOENT;
            case BlobException.Denied _ -> Errno.EACCES;
            case BlobException.Changed _ -> Errno.ESTALE;
            case BlobException.Unavailable _, BlobException.NoBuffer _ -> Errno.EIO;
            case BlobException.TimedOut _ -> Errno.ETIMEDOUT;
            case BlobException.Corrupt _ -> Errno.EIO;
            case BlobException.Interrupted _ -> Errno.EINTR;
        };
    }

    static FuseException toReader(BlobException failure) {
        return new FuseException(of(failure));
    }
}
