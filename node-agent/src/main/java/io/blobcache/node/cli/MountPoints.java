package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Mount points as the kernel's table names them, found without touching the mount: a dead one would not answer. */
final class MountPoints {
    private MountPoints() {}

    /** Absolute, links of the parents resolved; the last step is taken as it is. */
    static Path resolve(Path directory) {
        Path absolute = directory.toAbsolutePath().normalize();
        Path parent = absolute.getParent();
        try {
            return parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
        } catch (IOException _) {
            // A parent that is not there is told by whoever wants to mount.
            return absolute;
        }
    }
}
