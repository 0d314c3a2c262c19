package io.blobcache.node.posix;

import java.io.IOException;

/** A system call that failed. */
public final class PosixException extends IOException {
    private static final long serialVersionUID = 1;

    private final Errno errno;

    /** @param number the error number as the kernel gave it */
    public PosixException(String call, int number) {
        super("%s: %s (%d)".formatted(call, Errno.of(number), number));
        this.errno = Errno.of(number);
    }

    public Errno errno() {
        return errno;
    }
}
