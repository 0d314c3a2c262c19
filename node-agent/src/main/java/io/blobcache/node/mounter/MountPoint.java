package io.blobcache.node.mounter;

import io.blobcache.node.mounter.MountException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** Checks a directory before something is mounted on it, so that the error names the cause and the remedy. */
public final class MountPoint {
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
        if (MountTable.minorOf(path).isPresent()) {
            throw new MountException(
                    Reason.ALREADY_MOUNTED,
                    "something is mounted on %s already: unmount it (blobcache unmount %s) or choose another directory"
                            .formatted(path, path));
        }
    }

    private static MountException missing(Path directory) {
        return new MountException(
                Reason.DIRECTORY_MISSING, "%s does not exist: mkdir -p %s".formatted(directory, directory));
    }
}
