package io.blobcache.e2e;

/** As docs/operations.md lists them: scripts depend on these numbers. */
final class ExitCodes {
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int SOURCE_UNREACHABLE = 3;
    static final int DENIED = 4;
    static final int SOURCE_MISSING = 5;
    static final int MOUNT_POINT_MISSING = 6;
    static final int MOUNT_POINT_NOT_EMPTY = 7;
    static final int ALREADY_MOUNTED = 8;
    static final int NO_FUSE = 9;
    static final int STATE_NOT_WRITABLE = 10;
    static final int IN_USE = 11;
    static final int NOT_MOUNTED = 12;
    static final int DISK_FULL = 13;

    private ExitCodes() {}
}
