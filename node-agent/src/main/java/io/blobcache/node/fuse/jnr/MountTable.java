package io.blobcache.node.fuse.jnr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;

/** What this process sees mounted: {@code /proc/self/mountinfo}, of proc(5). Asks no file system, so it cannot hang. */
final class MountTable {
    private static final int DEVICE_FIELD = 2;
    private static final int DIRECTORY_FIELD = 4;

    private MountTable() {}

    /** Minor device number of the FUSE mount that is uppermost on a directory; empty if there is none. */
    static OptionalInt fuseMinor(Path directory) throws IOException {
        return fuseMinor(Files.readAllLines(Path.of("/proc/self/mountinfo")), directory);
    }

    static OptionalInt fuseMinor(List<String> mountinfo, Path directory) {
        OptionalInt minor = OptionalInt.empty();
        for (String line : mountinfo) {
            String[] fields = line.split(" ", -1);
            if (line.contains(" - fuse") && unescaped(fields[DIRECTORY_FIELD]).equals(directory.toString())) {
                String device = fields[DEVICE_FIELD];
                minor = OptionalInt.of(Integer.parseInt(device.substring(device.indexOf(':') + 1)));
            }
        }
        return minor;
    }

    /** The kernel writes space, tab, newline and backslash of a path as a backslash and three octal digits. */
    private static String unescaped(String field) {
        return field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
