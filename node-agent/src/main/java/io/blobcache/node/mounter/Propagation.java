package io.blobcache.node.mounter;

import io.blobcache.node.mounter.MountException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Whether what is mounted on a directory will be seen outside of this mount namespace, that is of this container: the
 * mount that the directory lies on has to be shared (mount_namespaces(7)).
 */
public final class Propagation {
    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    /** proc(5): mount id, parent id, major:minor, root, mount point, options, then optional fields up to a hyphen. */
    private static final int MOUNT_POINT_FIELD = 4;

    private static final int OPTIONAL_FIELDS = 6;

    private Propagation() {}

    /**
     * @param directory absolute, without links; it need not exist
     * @throws MountException if nobody outside would see a mount on it, with the remedy
     */
    public static void check(Path directory) throws IOException {
        // Names need not be UTF-8; this charset keeps each byte as it is.
        check(directory, Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1));
    }

    static void check(Path directory, List<String> mountinfo) throws MountException {
        String base = "/";
        boolean shared = false;
        for (String line : mountinfo) {
            String[] fields = line.substring(0, line.indexOf(" - ")).split(" ", -1);
            String point = MountTable.unescape(fields[MOUNT_POINT_FIELD]);
            // Of several mounts on one directory the last is on top; what is mounted on the directory itself lies on
            // it.
            boolean below = directory.startsWith(point) && !directory.equals(Path.of(point));
            if (below && point.length() >= base.length()) {
                base = point;
                shared = List.of(fields).subList(OPTIONAL_FIELDS, fields.length).stream()
                        .anyMatch(field -> field.startsWith("shared:"));
            }
        }
        if (!shared) {
            throw new MountException(
                    Reason.NOT_SHARED,
                    ("%s is not a shared mount: what is mounted on %s would be seen in this container only. In a pod, give"
                                    + " the volume mountPropagation: Bidirectional and the container privileged: true;"
                                    + " on a machine, mount --make-rshared %s. Or set mount.shared: false")
                            .formatted(base, directory, base));
        }
    }
}
