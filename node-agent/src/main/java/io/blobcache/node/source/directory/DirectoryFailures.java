package io.blobcache.node.source.directory;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.posix.PosixException;

/** What an error number of a mounted file system means. */
final class DirectoryFailures {
    private DirectoryFailures() {}

    static BlobException of(String what, PosixException e) {
        return switch (e.errno()) {
            // ELOOP and EXDEV: a link stands in the way, and none is followed.
            case ENOENT, ENOTDIR, ELOOP, EXDEV, ENAMETOOLONG -> new BlobException.NotFound(what + ": not found");
            case EACCES, EPERM -> new BlobException.Denied(what + ": permission denied: let this user read it", null);
            case ESTALE -> new BlobException.Changed(what + ": replaced on the server");
            case ETIMEDOUT -> new BlobException.TimedOut(what + ": the file system did not answer", e);
            case ENOSYS -> new BlobException.Unavailable(what + ": needs Linux 5.6 (openat2)", e);
            default -> new BlobException.Unavailable(what + ": " + e.getMessage(), e);
        };
    }
}
