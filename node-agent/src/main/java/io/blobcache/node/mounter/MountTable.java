package io.blobcache.node.mounter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * What is mounted where, from {@code /proc/self/mountinfo}: reading it touches no mount, so it answers even when they do
 * not.
 */
public final class MountTable {
    /** proc(5): mount id, parent id, major:minor, root, mount point, ... */
    private static final int DEVICE_FIELD = 2;

    private static final int MOUNT_POINT_FIELD = 4;

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    private MountTable() {}

    /** Minor device number of the topmost mount on {@code directory}, an absolute path without links. */
    public static OptionalInt minorOf(Path directory) throws IOException {
        String wanted = escape(directory.toString());
        int minor = -1;
        // Names need not be UTF-8; this charset keeps each byte as it is.
        for (String line : Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(" ", MOUNT_POINT_FIELD + 2);
            if (fields[MOUNT_POINT_FIELD].equals(wanted)) {
                minor = Integer.parseInt(fields[DEVICE_FIELD].substring(fields[DEVICE_FIELD].indexOf(':') + 1));
            }
        }
        return minor < 0 ? OptionalInt.empty() : OptionalInt.of(minor);
    }

    /** As the kernel's mangle() writes a path: blanks and the backslash in octal. */
    private static String escape(String path) {
        return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1)
                .replace("\\", "\\134")
                .replace(" ", "\\040")
                .replace("\t", "\\011")
                .replace("\n", "\\012");
    }
}
