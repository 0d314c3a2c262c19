package io.blobcache.node.posix;

import static io.blobcache.node.posix.Downcalls.answer;
import static io.blobcache.node.posix.Downcalls.call;
import static io.blobcache.node.posix.Downcalls.variadic;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/** System calls on regular files that the disk tier needs beyond {@link Posix}; the same convention of answers. */
public final class FileCalls {
    /** FALLOC_FL_PUNCH_HOLE with FALLOC_FL_KEEP_SIZE, without which the kernel refuses it. */
    private static final int PUNCH_HOLE_KEEP_SIZE = 0x02 | 0x01;

    private static final int SEEK_END = 2;
    private static final int RWF_NOWAIT = 8;

    /** struct iovec: address and length. */
    private static final long IOVEC_BYTES = 16;

    private static final int LOCK_EX_NB = 2 | 4;

    /** The same number on every architecture that Java runs on. */
    private static final long SYS_OPENAT2 = 437;

    /** Linux 6.5; the same number on every architecture that Java runs on. */
    private static final long SYS_CACHESTAT = 451;

    private static final long AT_FDCWD = -100;
    private static final long RESOLVE_CACHED = 0x20;

    private static final int SC_PAGESIZE = 30;

    private static final MethodHandle SYSCONF = call("sysconf", FunctionDescriptor.of(JAVA_LONG, JAVA_INT));

    /** 4 KiB on most machines, up to 64 KiB on some of arm64. */
    private static final long PAGE_BYTES = sysconf(SC_PAGESIZE);

    private static final MethodHandle FALLOCATE =
            call("fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle LSEEK =
            call("lseek", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));
    private static final MethodHandle FLOCK = call("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle SYNCFS = call("syncfs", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private static final MethodHandle OPENAT2 =
            variadic("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG), 1);

    private static final MethodHandle CACHESTAT =
            variadic("syscall", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG), 1);

    private static final MethodHandle PREADV2 =
            call("preadv2", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT));

    private static final ThreadLocal<MemorySegment> IOVEC =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(IOVEC_BYTES, JAVA_LONG.byteAlignment()));

    private FileCalls() {}

    /**
     * Opens for reading if every part of the path is in the kernel's memory, and never waits for the device: EAGAIN if
     * one is not, EINVAL or ENOSYS before Linux 5.12. A link in the last place is refused.
     */
    public static int openCached(String path) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            // struct open_how: flags, mode, resolve
            MemorySegment how = arena.allocate(JAVA_LONG, 3);
            how.setAtIndex(JAVA_LONG, 0, Posix.O_RDONLY | Posix.O_NOFOLLOW | Posix.O_CLOEXEC);
            how.setAtIndex(JAVA_LONG, 2, RESOLVE_CACHED);
            long fd = (long)
                    OPENAT2.invokeExact(errno, SYS_OPENAT2, AT_FDCWD, arena.allocateFrom(path), how, how.byteSize());
            return (int) answer(fd, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /**
     * As {@link Posix#pread}, but copies only what is in the page cache and never waits for the device: EAGAIN if the
     * first byte is not there, fewer bytes than asked if a later one is not, EOPNOTSUPP on a file system that cannot
     * tell. Allocates nothing.
     */
    public static long readCached(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
        Objects.checkFromIndexSize(intoOffset, length, into.byteSize());
        try {
            MemorySegment errno = Downcalls.errno();
            MemorySegment one = IOVEC.get();
            one.set(JAVA_LONG, 0, into.address() + intoOffset);
            one.set(JAVA_LONG, 8, length);
            long result = (long) PREADV2.invokeExact(errno, fd, one.address(), 1, fileOffset, RWF_NOWAIT);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /**
     * Bytes of a range of an open file that are in the page cache, in whole pages: cachestat(2). ENOSYS before Linux 6.5,
     * EPERM in a strict sandbox.
     *
     * @param lengthBytes 0 means to the end of the file
     */
    public static long cachedBytes(int fd, long offset, long lengthBytes) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            // struct cachestat_range: offset, length. struct cachestat: cached pages first, then four other counts.
            MemorySegment range = arena.allocate(JAVA_LONG, 2);
            range.setAtIndex(JAVA_LONG, 0, offset);
            range.setAtIndex(JAVA_LONG, 1, lengthBytes);
            MemorySegment found = arena.allocate(JAVA_LONG, 5);
            long result = (long) CACHESTAT.invokeExact(errno, SYS_CACHESTAT, (long) fd, range, found, 0L);
            return result == 0 ? found.getAtIndex(JAVA_LONG, 0) * PAGE_BYTES : answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    private static long sysconf(int name) {
        try {
            return (long) SYSCONF.invokeExact(Downcalls.errno(), name);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** Gives a range's bytes back to the file system; it reads as zeros afterwards. The length of the file stays. */
    public static int punchHole(int fd, long offset, long lengthBytes) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) FALLOCATE.invokeExact(errno, fd, PUNCH_HOLE_KEEP_SIZE, offset, lengthBytes);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** Length of an open file in bytes. Moves its file offset, which pread(2) and pwrite(2) do not use. */
    public static long length(int fd) {
        try {
            MemorySegment errno = Downcalls.errno();
            long result = (long) LSEEK.invokeExact(errno, fd, 0L, SEEK_END);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /**
     * Locks an open file for its descriptor alone, in this process and all others, until it is closed. Does not wait:
     * EAGAIN if somebody has it. The descriptor may be read-only.
     */
    public static int lockExclusively(int fd) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) FLOCK.invokeExact(errno, fd, LOCK_EX_NB);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** Writes back the whole file system; fails once for each write that was lost since the descriptor was opened. */
    public static int syncfs(int fd) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) SYNCFS.invokeExact(errno, fd);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }
}
