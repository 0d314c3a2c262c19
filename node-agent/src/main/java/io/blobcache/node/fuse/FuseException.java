package io.blobcache.node.fuse;

import io.blobcache.node.posix.Errno;

/** A request that fails, with the error number for the reader. Has no stack: it is an answer, not a bug. */
public final class FuseException extends Exception {
    private static final long serialVersionUID = 1;

    private final Errno errno;
    private final long believedMillis;

    public FuseException(Errno errno) {
        this(errno, FuseEntry.FOR_EVER);
    }

    private FuseException(Errno errno, long believedMillis) {
        super(errno.name(), null, false, false);
        this.errno = errno;
        this.believedMillis = believedMillis;
    }

    /** ENOENT that the file system itself will believe for so much longer, and the kernel no longer than that. */
    public static FuseException missing(long believedMillis) {
        return new FuseException(Errno.ENOENT, believedMillis);
    }

    public Errno errno() {
        return errno;
    }

    /** Of an ENOENT: the counterpart of {@link FuseEntry#believedMillis}. */
    public long believedMillis() {
        return believedMillis;
    }
}
