package io.blobcache.node.mounter;

import io.blobcache.node.mounter.MountException.Reason;
import io.blobcache.node.mounter.MountTable.Mounted;
import io.blobcache.node.posix.Errno;
import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks a directory before something is mounted on it, so that the error names the cause and the remedy. */
public final class MountPoint {
    private static final Logger LOG = LoggerFactory.getLogger(MountPoint.class);

    /** As mount(2) was given it by {@link InProcessMounter}. */
    private static final String OUR_TYPE = "fuse.blobcache";

    /** Agents that died one after the other on one directory leave a stack of mounts; more is not our doing. */
    private static final int MAX_DEAD_MOUNTS = 16;

    /** A dead connection answers at once; a live agent answers its root from memory. */
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(2);

    private MountPoint() {}

    /**
     * The directory's absolute path, its parents' links resolved. May wait for the file system that it lies on.
     *
     * @throws MountException if nothing should be mounted there
     */
    public static Path check(Path directory) throws IOException {
        Path path = resolve(directory);
        refuseMounted(path);
        if (Files.isSymbolicLink(path)) {
            path = path.toRealPath();
            refuseMounted(path);
        }
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            throw missing(directory);
        }
        if (!Files.isDirectory(path)) {
            throw new MountException(Reason.NOT_A_DIRECTORY, path + " is not a directory: choose an empty directory");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            if (entries.iterator().hasNext()) {
                throw new MountException(
                        Reason.NOT_EMPTY,
                        path + " is not empty, a mount would hide what is in it: choose an empty one");
            }
        }
        return path;
    }

    /** Resolves the parent only: the last step may be a dead mount, which no call but umount can pass. */
    private static Path resolve(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new MountException(Reason.NOT_EMPTY, "/ cannot be mounted on: choose an empty directory");
        }
        if (!Files.isDirectory(parent)) {
            throw missing(directory);
        }
        return parent.toRealPath().resolve(absolute.getFileName());
    }

    /** Comes before anything that touches the path itself: a mount that does not answer holds whoever does. */
    private static void refuseMounted(Path path) throws IOException {
        for (int mounts = 0; mounts < MAX_DEAD_MOUNTS; mounts++) {
            Optional<Mounted> top = MountTable.topmost(path);
            if (top.isEmpty()) {
                return;
            }
            if (!top.get().type().equals(OUR_TYPE) || !dead(path)) {
                break;
            }
            int result = Posix.umount(path.toString(), Posix.MNT_DETACH);
            if (result < 0) {
                throw new MountException(
                        Reason.ALREADY_MOUNTED,
                        "the mount of an agent that died is still on %s: umount -l %s".formatted(path, path),
                        new PosixException("umount2", -result));
            }
            LOG.atWarn().addKeyValue("directory", path).log("detached the mount of an agent that died");
        }
        throw new MountException(
                Reason.ALREADY_MOUNTED,
                "something is mounted on %s already: unmount it (blobcache unmount %s) or choose another directory"
                        .formatted(path, path));
    }

    /** Whether nobody serves the mount any more: the kernel says so at once, and no live mount of ours gives this. */
    private static boolean dead(Path path) {
        try {
            int fd =
                    TimeLimit.call("open of " + path, OPEN_LIMIT, () -> Posix.open(path.toString(), Posix.O_RDONLY, 0));
            if (fd >= 0) {
                Posix.close(fd);
            }
            return fd == -Errno.ENOTCONN.number();
        } catch (IOException e) {
            LOG.atInfo().addKeyValue("directory", path).setCause(e).log("the mount there does not answer");
            return false;
        }
    }

    private static MountException missing(Path directory) {
        return new MountException(
                Reason.DIRECTORY_MISSING, "%s does not exist: mkdir -p %s".formatted(directory, directory));
    }
}
