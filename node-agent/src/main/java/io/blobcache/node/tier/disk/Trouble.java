package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;

/** What can be wrong with the device below the tier, told apart by what a person does about it. */
enum Trouble {
    FULL("the device has no space or no inodes left: free some, or give the cache a smaller quota"),
    READ_ONLY("the file system is read-only: look for its errors in the kernel log and mount it writable again"),
    MISSING("the state directory is gone: it is made again as soon as that is possible"),
    FORBIDDEN("the state directory may not be written: give the agent's user write permission"),
    SLOW("the device takes seconds to answer: look at its load, and for its errors in the kernel log"),
    DEVICE("the device fails: look for its errors in the kernel log and replace it"),
    /** Nothing is wrong with the device: this process or system has too few descriptors or too little memory. */
    STARVED("too many open files or too little memory: raise the limit of open files (ulimit -n)");

    private final String remedy;

    Trouble(String remedy) {
        this.remedy = remedy;
    }

    String remedy() {
        return remedy;
    }

    static Trouble of(int errno) {
        return switch (Errno.of(errno)) {
            case ENOSPC, EDQUOT -> FULL;
            case EROFS -> READ_ONLY;
            case ENOENT, ENOTDIR, ELOOP -> MISSING;
            case EACCES, EPERM -> FORBIDDEN;
            case EMFILE, ENFILE, ENOMEM, EINTR, EAGAIN -> STARVED;
            default -> DEVICE;
        };
    }
}
