package io.blobcache.node.mounter;

import io.blobcache.node.posix.Posix;
import io.blobcache.node.posix.PosixException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The kernel's switches of the FUSE connections: the file system fusectl. A machine has it mounted as a rule, a container
 * seldom.
 */
final class Connections {
    private static final Path DIRECTORY = Path.of("/sys/fs/fuse/connections");

    private Connections() {}

    /** Ends a connection: every request, waiting or to come, fails at once. Mounts fusectl for it where it is not. */
    static void abort(int minor) throws IOException {
        Path file = DIRECTORY.resolve(minor + "/abort");
        if (Files.exists(file)) {
            Files.writeString(file, "1");
            return;
        }
        int result = Posix.mount("fusectl", DIRECTORY.toString(), "fusectl", 0, "");
        if (result < 0) {
            throw new PosixException("mount fusectl", -result);
        }
        try {
            Files.writeString(file, "1");
        } finally {
            Posix.umount(DIRECTORY.toString(), Posix.MNT_DETACH);
        }
    }
}
