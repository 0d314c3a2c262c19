package io.blobcache.node.fuse;

import io.blobcache.node.posix.Errno;

/** A request that fails, with the error number for the reader. Has no stack: it is an answer, not a bug. */
public final class FuseException extends Exception {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    public FuseException(Errno errno) {
        super(errno.name(), null, false, false);
        this.errno = errno;
    }

    public Errno errno() {
        return errno;
    }
}
