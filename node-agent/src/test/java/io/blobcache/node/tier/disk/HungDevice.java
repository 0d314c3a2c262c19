package io.blobcache.node.tier.disk;

import io.blobcache.node.posix.Errno;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/** A device of which nothing is cached and whose reads come back when the test lets them. */
final class HungDevice implements DeviceReads {
    final AtomicInteger inside = new AtomicInteger();
    private final Semaphore letBack = new Semaphore(0);
    volatile boolean hangs;

    /** What a file system without RWF_NOWAIT, or one without the page, answers. */
    volatile Errno cachedAnswer = Errno.EAGAIN;

    void letBack(int reads) {
        letBack.release(reads);
    }

    @Override
    public long read(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
        if (hangs) {
            inside.incrementAndGet();
            letBack.acquireUninterruptibly();
            inside.decrementAndGet();
        }
        return SYSTEM.read(fd, into, intoOffset, length, fileOffset);
    }

    @Override
    public long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
        return -cachedAnswer.number();
    }

    @Override
    public int openCached(String path) {
        return -cachedAnswer.number();
    }

    @Override
    public int advise(int fd, long offset, long length, int advice) {
        return SYSTEM.advise(fd, offset, length, advice);
    }

    @Override
    public long cachedBytes(int fd, long offset, long length) {
        return SYSTEM.cachedBytes(fd, offset, length);
    }
}
