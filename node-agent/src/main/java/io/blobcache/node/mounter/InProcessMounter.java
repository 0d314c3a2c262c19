package io.blobcache.node.mounter;

import io.blobcache.node.mounter.MountException.Reason;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounter of an agent that is privileged itself: mount(2) on {@code /dev/fuse}, no fusermount. Thread-safe.
 *
 * <p>Each step that may touch a mount has {@link #STEP_LIMIT}; unmounting takes at most three of them.
 */
public final class InProcessMounter implements Mounter {
    private static final Logger LOG = LoggerFactory.getLogger(InProcessMounter.class);

    private static final String DEVICE = "/dev/fuse";

    /** Longest wait for one system call on a mount or its parents. */
    private static final Duration STEP_LIMIT = Duration.ofSeconds(5);

    /** max_read in bytes: 256 pages, the most that FUSE_INIT's max_pages can ask for without raising a sysctl. */
    private static final int MAX_READ_BYTES = 1 << 20;

    /** _IOW(229, 1, struct fuse_backing_map): {int32 fd; uint32 flags; uint64 padding}. */
    private static final long FUSE_DEV_IOC_BACKING_OPEN = 0x4010E501L;

    private static final long BACKING_MAP_BYTES = 16;

    /** _IOW(229, 2, uint32_t). */
    private static final long FUSE_DEV_IOC_BACKING_CLOSE = 0x4004E502L;

    @Override
    public FuseDevice mount(Path directory, String name) throws IOException {
        Path path = TimeLimit.call("check of " + directory, STEP_LIMIT, () -> MountPoint.check(directory));
        int fd = openDevice();
        boolean mounted = false;
        try {
            mount(fd, path, name);
            OptionalInt minor = MountTable.minorOf(path);
            mounted = minor.isPresent();
            return new FuseDevice(fd, path, minor.orElseThrow(() -> refused(path, Errno.UNKNOWN)));
        } finally {
            if (!mounted) {
                // Closing the only descriptor ends the connection, whatever became of the mount.
                Posix.close(fd);
            }
        }
    }

    @Override
    public void unmount(FuseDevice device) throws IOException {
        if (!isMounted(device)) {
            return;
        }
        int result;
        try {
            result = umount(device, 0);
        } catch (IOException e) {
            // It waits for an answer that does not come.
            abort(device);
            result = umount(device, Posix.MNT_DETACH);
        }
        if (Errno.of(-result) == Errno.EBUSY) {
            // Open files keep it busy. Nobody will answer them any more: end the connection, so that they fail instead
            // of waiting for ever, and take the mount out of the tree.
            result = umount(device, Posix.MNT_FORCE | Posix.MNT_DETACH);
        }
        check("umount " + device.directory(), result);
    }

    @Override
    public boolean unmountIfIdle(FuseDevice device) throws IOException {
        if (!isMounted(device)) {
            return true;
        }
        int result = umount(device, 0);
        return Errno.of(-result) != Errno.EBUSY && check("umount " + device.directory(), result) == 0;
    }

    private static int umount(FuseDevice device, int flags) throws IOException {
        String directory = device.directory().toString();
        return TimeLimit.call("umount of " + directory, STEP_LIMIT, () -> Posix.umount(directory, flags));
    }

    @Override
    public void abort(FuseDevice device) throws IOException {
        // The number of a connection that has ended may have been given to another one.
        if ((Posix.poll(device.fd(), 0) & Posix.POLLERR) != 0) {
            return;
        }
        TimeLimit.call("abort of " + device.directory(), STEP_LIMIT, () -> {
            Connections.abort(device.minor());
            return true;
        });
    }

    @Override
    public int registerBacking(FuseDevice device, int fileFd) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(BACKING_MAP_BYTES, Long.BYTES);
            map.set(ValueLayout.JAVA_INT, 0, fileFd);
            return check("FUSE_DEV_IOC_BACKING_OPEN", Posix.ioctl(device.fd(), FUSE_DEV_IOC_BACKING_OPEN, map));
        }
    }

    @Override
    public void unregisterBacking(FuseDevice device, int backingId) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment id = arena.allocateFrom(ValueLayout.JAVA_INT, backingId);
            check("FUSE_DEV_IOC_BACKING_CLOSE", Posix.ioctl(device.fd(), FUSE_DEV_IOC_BACKING_CLOSE, id));
        }
    }

    @Override
    public void readAhead(FuseDevice device, int bytes) {
        Path file = Path.of("/sys/class/bdi/0:" + device.minor() + "/read_ahead_kb");
        try {
            Files.writeString(file, Integer.toString(bytes >> 10));
        } catch (IOException e) {
            LOG.atInfo()
                    .addKeyValue("file", file)
                    .addKeyValue("reason", e.toString())
                    .log("the kernel's own read-ahead stays");
        }
    }

    private static int openDevice() throws MountException {
        int fd = Posix.open(DEVICE, Posix.O_RDWR, 0);
        if (fd >= 0) {
            return fd;
        }
        PosixException cause = new PosixException("open " + DEVICE, -fd);
        throw switch (cause.errno()) {
            case ENOENT, ENODEV, ENXIO ->
                new MountException(
                        Reason.NO_DEVICE,
                        DEVICE + " not found: load the module (modprobe fuse) or give the device to the container",
                        cause);
            case EACCES, EPERM ->
                new MountException(
                        Reason.NO_PERMISSION,
                        "no permission to open " + DEVICE + ": run as root, or allow the device to the container",
                        cause);
            default -> new MountException(Reason.REFUSED, "cannot open " + DEVICE, cause);
        };
    }

    private static void mount(int fd, Path path, String name) throws MountException {
        String options = "fd=%d,rootmode=40000,user_id=0,group_id=0,allow_other,default_permissions,max_read=%d"
                .formatted(fd, MAX_READ_BYTES);
        long flags = Posix.MS_RDONLY | Posix.MS_NOSUID | Posix.MS_NODEV;
        int result = Posix.mount(name, path.toString(), "fuse.blobcache", flags, options);
        if (result < 0) {
            throw refused(path, Errno.of(-result));
        }
    }

    private static MountException refused(Path path, Errno errno) {
        return switch (errno) {
            case EPERM, EACCES ->
                new MountException(
                        Reason.NO_PERMISSION,
                        "no permission to mount on " + path + ": run as root or with CAP_SYS_ADMIN");
            case ENODEV ->
                new MountException(Reason.NO_DEVICE, "this kernel has no FUSE: load the module (modprobe fuse)");
            default ->
                new MountException(Reason.REFUSED, "the kernel refused to mount on %s: %s".formatted(path, errno));
        };
    }

    private static boolean isMounted(FuseDevice device) throws IOException {
        OptionalInt minor = MountTable.minorOf(device.directory());
        return minor.isPresent() && minor.getAsInt() == device.minor();
    }

    private static int check(String call, int result) throws PosixException {
        if (result < 0) {
            throw new PosixException(call, -result);
        }
        return result;
    }
}
