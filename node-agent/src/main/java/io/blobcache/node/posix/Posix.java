package io.blobcache.node.posix;

import static io.blobcache.node.posix.Downcalls.answer;
import static io.blobcache.node.posix.Downcalls.call;
import static io.blobcache.node.posix.Downcalls.optional;
import static io.blobcache.node.posix.Downcalls.variadic;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The system calls of the data path. Each answers what the call answers, or the negated error number: nothing is
 * allocated and nothing thrown, so a hit costs the call alone. A caller that cannot go on says
 * {@code throw new PosixException("pread", -result)}.
 *
 * <p>Buffers are given as segment, offset and length and are checked here; no slice is made. A call that may wait
 * (a disk) holds its carrier thread: call it from a platform thread where that matters.
 */
public final class Posix {
    public static final int O_RDONLY = 0;
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0100;
    public static final int O_EXCL = 0200;
    public static final int O_TRUNC = 01000;
    /** Alignment of buffer, offset and length to the device's logical block is the caller's duty. */
    public static final int O_DIRECT = 040000;

    public static final int O_NOFOLLOW = 0400000;
    public static final int O_CLOEXEC = 02000000;

    public static final int POLLERR = 8;

    public static final int FADV_NORMAL = 0;
    public static final int FADV_RANDOM = 1;
    public static final int FADV_SEQUENTIAL = 2;
    public static final int FADV_WILLNEED = 3;
    public static final int FADV_DONTNEED = 4;

    /** Abort what is under way, then unmount; for FUSE: end the connection. */
    public static final int MNT_FORCE = 1;
    /** Unmount now for new lookups, for the rest when the last user has gone. */
    public static final int MNT_DETACH = 2;

    public static final long MS_RDONLY = 1;
    public static final long MS_NOSUID = 2;
    public static final long MS_NODEV = 4;

    private static final MethodHandle OPEN =
            variadic("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT), 2);
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final MethodHandle READ =
            call("read", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle WRITE =
            call("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PREAD =
            call("pread", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle PWRITE =
            call("pwrite", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    private static final MethodHandle FTRUNCATE =
            call("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG));
    private static final MethodHandle FSYNC = call("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    private static final @Nullable MethodHandle FADVISE =
            optional("posix_fadvise", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT));
    private static final MethodHandle IOCTL =
            variadic("ioctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS), 2);
    private static final MethodHandle MOUNT =
            call("mount", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final MethodHandle UMOUNT = call("umount2", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));

    private static final MethodHandle POLL =
            call("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));

    private Posix() {}

    /** open(2) with O_CLOEXEC added: no descriptor of ours reaches a child process. */
    public static int open(String path, int flags, int mode) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            int result = (int) OPEN.invokeExact(errno, arena.allocateFrom(path), flags | O_CLOEXEC, mode);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int close(int fd) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) CLOSE.invokeExact(errno, fd);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static long read(int fd, MemorySegment into, long intoOffset, long length) {
        long address = address(into, intoOffset, length);
        try {
            MemorySegment errno = Downcalls.errno();
            long result = (long) READ.invokeExact(errno, fd, address, length);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static long write(int fd, MemorySegment from, long fromOffset, long length) {
        long address = address(from, fromOffset, length);
        try {
            MemorySegment errno = Downcalls.errno();
            long result = (long) WRITE.invokeExact(errno, fd, address, length);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static long pread(int fd, MemorySegment into, long intoOffset, long length, long fileOffset) {
        long address = address(into, intoOffset, length);
        try {
            MemorySegment errno = Downcalls.errno();
            long result = (long) PREAD.invokeExact(errno, fd, address, length, fileOffset);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static long pwrite(int fd, MemorySegment from, long fromOffset, long length, long fileOffset) {
        long address = address(from, fromOffset, length);
        try {
            MemorySegment errno = Downcalls.errno();
            long result = (long) PWRITE.invokeExact(errno, fd, address, length, fileOffset);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int ftruncate(int fd, long lengthBytes) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) FTRUNCATE.invokeExact(errno, fd, lengthBytes);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int fsync(int fd) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) FSYNC.invokeExact(errno, fd);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** posix_fadvise(2); advice, so its failure changes nothing for the caller. ENOSYS where there is no such call. */
    public static int fadvise(int fd, long offset, long length, int advice) {
        if (FADVISE == null) {
            return -Errno.ENOSYS.number();
        }
        try {
            // This one call answers the error number itself and leaves errno alone.
            return -(int) FADVISE.invokeExact(Downcalls.errno(), fd, offset, length, advice);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int ioctl(int fd, long request, MemorySegment argument) {
        try {
            MemorySegment errno = Downcalls.errno();
            int result = (int) IOCTL.invokeExact(errno, fd, request, argument);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    /** poll(2) of one descriptor without waiting: the events that are there, POLLERR and POLLHUP always among them. */
    public static int poll(int fd, int events) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            // struct pollfd: int fd; short events; short revents.
            MemorySegment one = arena.allocate(8, 4);
            one.set(JAVA_INT, 0, fd);
            one.set(JAVA_SHORT, 4, (short) events);
            int result = (int) POLL.invokeExact(errno, one, 1L, 0);
            return result >= 0 ? one.get(JAVA_SHORT, 6) : -errno.get(JAVA_INT, 0);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int mount(String source, String target, String type, long flags, String data) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            int result = (int) MOUNT.invokeExact(
                    errno,
                    arena.allocateFrom(source),
                    arena.allocateFrom(target),
                    arena.allocateFrom(type),
                    flags,
                    arena.allocateFrom(data));
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    public static int umount(String target, int flags) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = Downcalls.errno();
            int result = (int) UMOUNT.invokeExact(errno, arena.allocateFrom(target), flags);
            return answer(result, errno);
        } catch (Throwable e) {
            throw Downcalls.failed(e);
        }
    }

    private static long address(MemorySegment segment, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        return segment.address() + offset;
    }
}
