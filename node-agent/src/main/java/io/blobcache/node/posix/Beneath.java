package io.blobcache.node.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * System calls that start at an open directory and never leave it: the kernel itself refuses every symbolic link and
 * every {@code ..} that would. Names are given and taken as UTF-8. Errors are thrown: this is no hit path.
 */
public final class Beneath {
    /** Linux gave this call one number on all architectures; it came with Linux 5.6. */
    private static final long SYS_OPENAT2 = 437;

    private static final long RESOLVE_NO_MAGICLINKS = 0x02;
    private static final long RESOLVE_NO_SYMLINKS = 0x04;
    private static final long RESOLVE_BENEATH = 0x08;

    private static final int O_PATH = 010000000;
    private static final int O_DIRECTORY = 0200000;
    private static final int O_NONBLOCK = 04000;
    private static final int O_NOCTTY = 0400;

    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int AT_NO_AUTOMOUNT = 0x800;
    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int STATX_BASIC_STATS = 0x7ff;

    /** PATH_MAX: no link is longer. */
    private static final int MAX_TARGET_BYTES = 4096;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");

    private static final MethodHandle OPENAT2 = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("syscall"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, ADDRESS, JAVA_LONG),
            ERRNO,
            Linker.Option.firstVariadicArg(1));
    private static final MethodHandle STATX = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("statx"),
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS),
            ERRNO);
    private static final MethodHandle READLINKAT = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("readlinkat"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS, JAVA_LONG),
            ERRNO);
    static final MethodHandle GETDENTS64 = LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("getdents64"),
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG),
            ERRNO);

    private Beneath() {}

    /** A descriptor to start from; the links of this path are followed. For looking up only, not for reading. */
    public static int root(String path) throws PosixException {
        return checked("open", Posix.open(path, O_PATH | O_DIRECTORY, 0));
    }

    /**
     * The same beneath an open directory. Links of this path are followed, but those that lead out of the directory, or
     * are absolute, are EXDEV.
     *
     * @param path without a leading slash; empty for {@code volumeFd} itself
     */
    public static int root(int volumeFd, String path) throws PosixException {
        int flags = O_PATH | O_DIRECTORY;
        return openat2(volumeFd, path.isEmpty() ? "." : path, flags, RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    }

    /** @param path without a leading slash; empty for {@code rootFd} itself */
    public static int openDirectory(int rootFd, String path) throws PosixException {
        return openat2(rootFd, path.isEmpty() ? "." : path, Posix.O_RDONLY | O_DIRECTORY);
    }

    /** For reading. Does not wait where opening would, as with a fifo: ask {@link #status} what it is. */
    public static int openFile(int rootFd, String path) throws PosixException {
        return openat2(rootFd, path, Posix.O_RDONLY | Posix.O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    }

    /** Of an open descriptor. */
    public static FileStatus status(int fd) throws PosixException {
        return statx(fd, "", AT_EMPTY_PATH);
    }

    /** Of one name in an open directory; of a link itself. */
    public static FileStatus status(int directoryFd, String name) throws PosixException {
        return statx(directoryFd, name, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT);
    }

    /** The bytes of a link's target. */
    public static byte[] target(int directoryFd, String name) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment into = arena.allocate(MAX_TARGET_BYTES);
            long length = (long)
                    READLINKAT.invokeExact(errno, directoryFd, arena.allocateFrom(name), into, (long) MAX_TARGET_BYTES);
            checked("readlinkat", length >= 0 ? (int) length : -errno.get(JAVA_INT, 0));
            return into.asSlice(0, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static int openat2(int rootFd, String path, int flags) throws PosixException {
        return openat2(rootFd, path, flags, RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS);
    }

    private static int openat2(int rootFd, String path, int flags, long resolve) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            // struct open_how: flags, mode, resolve
            MemorySegment how = arena.allocate(JAVA_LONG, 3);
            how.setAtIndex(JAVA_LONG, 0, flags | Posix.O_CLOEXEC);
            how.setAtIndex(JAVA_LONG, 2, resolve);
            long fd = (long) OPENAT2.invokeExact(
                    errno, SYS_OPENAT2, (long) rootFd, arena.allocateFrom(path), how, how.byteSize());
            return checked("openat2", fd >= 0 ? (int) fd : -errno.get(JAVA_INT, 0));
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    private static FileStatus statx(int fd, String name, int flags) throws PosixException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment errno = arena.allocate(Linker.Option.captureStateLayout());
            MemorySegment statx = arena.allocate(FileStatus.STATX_BYTES, Long.BYTES);
            int result = (int) STATX.invokeExact(errno, fd, arena.allocateFrom(name), flags, STATX_BASIC_STATS, statx);
            checked("statx", result >= 0 ? result : -errno.get(JAVA_INT, 0));
            return FileStatus.of(statx);
        } catch (PosixException e) {
            throw e;
        } catch (Throwable e) {
            throw failed(e);
        }
    }

    static int checked(String call, int result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, -result);
        }
        return result;
    }

    static AssertionError failed(Throwable e) {
        if (e instanceof Error error) {
            throw error;
        }
        return new AssertionError("a downcall threw", e);
    }
}
