package io.blobcache.node.fuse.jnr;

import io.blobcache.node.mounter.MountException;
import io.blobcache.node.mounter.MountException.Reason;
import io.blobcache.node.mounter.MountPoint;
import io.blobcache.node.mounter.MountTable;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The place where libfuse mounts: proves beforehand that it can, because libfuse says why not on stderr only, and takes
 * the mount down.
 *
 * @param directory absolute, no link in it
 */
record MountedDirectory(Path directory) {
    private static final Logger LOG = LoggerFactory.getLogger(MountedDirectory.class);
    private static final Path DEVICE = Path.of("/dev/fuse");

    /** @throws MountException if nothing can be mounted there */
    static MountedDirectory check(Path directory) throws IOException {
        MountedDirectory checked = new MountedDirectory(MountPoint.check(directory));
        checkDevice();
        return checked;
    }

    private static void checkDevice() throws MountException {
        int fd = Posix.open(DEVICE.toString(), Posix.O_RDWR, 0);
        if (fd >= 0) {
            Posix.close(fd);
            return;
        }
        throw switch (Errno.of(-fd)) {
            case ENOENT, ENODEV, ENXIO ->
                new MountException(
                        Reason.NO_DEVICE,
                        DEVICE + " not found: load the module (modprobe fuse) or give the device to the container");
            case EACCES, EPERM ->
                new MountException(
                        Reason.NO_PERMISSION,
                        "no permission to open " + DEVICE + ": run as root, or allow the device to the container");
            default -> new MountException(Reason.REFUSED, "cannot open " + DEVICE + ": " + Errno.of(-fd));
        };
    }

    /** Minor device number of the mount, by which the kernel names its connection. */
    OptionalInt minor() throws IOException {
        return MountTable.minorOf(directory);
    }

    /** Makes a request that the kernel has to pass on: statfs is not cached. May wait for its answer. */
    void wake() {
        try {
            Files.getFileStore(directory).getTotalSpace();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("the mount ended before it answered");
        }
    }

    /** A user's mount, which libfuse unmounts through fusermount, stays. */
    boolean unmountIfIdle() {
        return Posix.umount(directory.toString(), 0) == 0;
    }

    /** Takes the mount out of the tree and ends its requests, whether it is in use or not. */
    void detach() {
        int result = Posix.umount(directory.toString(), Posix.MNT_FORCE | Posix.MNT_DETACH);
        // EINVAL: nothing is mounted there. EPERM: a user's, which libfuse unmounts through fusermount.
        if (result < 0 && Errno.of(-result) != Errno.EINVAL && Errno.of(-result) != Errno.EPERM) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("errno", Errno.of(-result))
                    .log("unmount failed");
        }
    }

    /** Ends every request of a mount that is out of reach, because somebody else has taken it out of the tree. */
    static void abort(OptionalInt minor) {
        if (minor.isEmpty()) {
            return;
        }
        Path control = Path.of("/sys/fs/fuse/connections/" + minor.getAsInt() + "/abort");
        try {
            Files.writeString(control, "1");
        } catch (NoSuchFileException e) {
            LOG.atDebug().addKeyValue("file", control).log("the connection is gone, or fusectl is not mounted");
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("file", control).setCause(e).log("abort failed");
        }
    }
}
