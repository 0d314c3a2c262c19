package io.blobcache.node.fuse.jnr;

import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.nio.file.DirectoryStream;
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
record MountPoint(Path directory) {
    private static final Logger LOG = LoggerFactory.getLogger(MountPoint.class);
    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final int MNT_DETACH = 2;

    /** @throws IOException with the remedy, if nothing can be mounted here */
    static MountPoint check(Path directory) throws IOException {
        Path real;
        try {
            real = directory.toRealPath();
        } catch (NoSuchFileException e) {
            throw new IOException(directory + " does not exist: create it (mkdir -p " + directory + ")", e);
        }
        if (!Files.isDirectory(real)) {
            throw new IOException(directory + " is not a directory: name an empty directory");
        }
        if (MountTable.fuseMinor(real).isPresent()) {
            throw new IOException(directory + " is already mounted: unmount it first (umount " + real + ")");
        }
        try (DirectoryStream<Path> children = Files.newDirectoryStream(real)) {
            if (children.iterator().hasNext()) {
                throw new IOException(directory + " is not empty: name an empty directory");
            }
        }
        checkDevice();
        return new MountPoint(real);
    }

    private static void checkDevice() throws IOException {
        int fd = Posix.open(DEVICE.toString(), Posix.O_RDWR, 0);
        if (fd >= 0) {
            Posix.close(fd);
            return;
        }
        throw new IOException(
                switch (Errno.of(-fd)) {
                    case ENOENT -> DEVICE + " not found: load the module (modprobe fuse) or give the device to the pod";
                    case ENODEV, ENXIO -> DEVICE + " has no driver: load the module (modprobe fuse)";
                    case EACCES, EPERM ->
                        DEVICE + " may not be opened: allow it (chmod 666 " + DEVICE
                                + ", or the device cgroup of the pod)";
                    default -> DEVICE + " cannot be opened: " + Errno.of(-fd) + " (" + -fd + ")";
                });
    }

    /** Makes a request that the kernel has to pass on: statfs is not cached. May wait for its answer. */
    void wake() {
        try {
            Files.getFileStore(directory).getTotalSpace();
        } catch (IOException e) {
            LOG.atDebug().addKeyValue("reason", e.getMessage()).log("the mount ended before it answered");
        }
    }

    /** Takes the mount out of the tree, whether it is in use or not. Not to be mounted is as good. */
    void detach() {
        int result = Posix.umount(directory.toString(), MNT_DETACH);
        if (result < 0 && Errno.of(-result) != Errno.EINVAL) {
            LOG.atWarn()
                    .addKeyValue("directory", directory)
                    .addKeyValue("errno", Errno.of(-result))
                    .log("unmount failed");
        }
    }

    /** Ends every request of a mount that did not end by itself: its readers get ENOTCONN or ECONNABORTED. */
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
