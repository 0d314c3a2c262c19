package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/** Where something is mounted, asked of the kernel's table and never of the mount itself: a dead one would not answer. */
final class MountPoints {
    /** proc(5): mount id, parent id, major:minor, root, mount point, ... */
    private static final int DEVICE_FIELD = 2;

    private static final int PATH_FIELD = 4;

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

    /** Minor device number of the FUSE mount on a directory. */
    static OptionalInt fuseOn(Path directory) throws IOException {
        String wanted = directory.toString().replace("\\", "\\134").replace(" ", "\\040");
        OptionalInt minor = OptionalInt.empty();
        for (String line : Files.readAllLines(Path.of("/proc/self/mountinfo"), StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(" ", -1);
            String path = new String(fields[PATH_FIELD].getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
            if (path.equals(wanted) && line.contains(" - fuse")) {
                String device = fields[DEVICE_FIELD];
                minor = OptionalInt.of(Integer.parseInt(device.substring(device.indexOf(':') + 1)));
            }
        }
        return minor;
    }
}
