package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import java.lang.foreign.MemorySegment;

/**
 * How a data file is opened and read where readers wait for it; a test puts a device in its place that is slow or hangs.
 * All answer what was read or opened, or the negated error number. Thread-safe.
 */
interface DeviceReads {
    DeviceReads SYSTEM = new DeviceReads() {
        @Override
        public long read(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
            return Posix.pread(fd, into, intoOffset, length, fileOffset);
        }

        @Override
        public long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
            return FileCalls.readCached(fd, into, intoOffset, length, fileOffset);
        }

        @Override
        public int openCached(String path) {
            return FileCalls.openCached(path);
        }

        @Override
        public int advise(int fd, long offset, long length, int advice) {
            return Posix.fadvise(fd, offset, length, advice);
        }

        @Override
        public long cachedBytes(int fd, long offset, long length) {
            return FileCalls.cachedBytes(fd, offset, length);
        }
    };

    /** Waits for the device. */
    long read(int fd, MemorySegment into, long intoOffset, long length, long fileOffset);

    /** Never waits: EAGAIN or fewer bytes if they are not cached, EOPNOTSUPP if nobody can tell. */
    long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset);

    /** Opens for reading and never waits: EAGAIN if the path is not in memory, others if nobody can tell. */
    int openCached(String path);

    /** Tells the kernel what will be read: {@link Posix#fadvise}. May wait until requests for pages are queued. */
    int advise(int fd, long offset, long length, int advice);

    /** Bytes of a range that are in the page cache, in whole pages; negative if nobody can tell. Never waits for the device. */
    long cachedBytes(int fd, long offset, long length);
}
