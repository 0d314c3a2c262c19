package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.FileCalls;
import io.blobcache.node.posix.Posix;
import java.lang.foreign.MemorySegment;

/**
 * How the bytes of an open data file are read; a test puts a device in its place that is slow or hangs. Both answer the
 * bytes read, or the negated error number. Thread-safe.
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
    };

    /** Waits for the device. */
    long read(int fd, MemorySegment into, long intoOffset, long length, long fileOffset);

    /** Never waits: EAGAIN or fewer bytes if they are not cached, EOPNOTSUPP if nobody can tell. */
    long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset);
}
