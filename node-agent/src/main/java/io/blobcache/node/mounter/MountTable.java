package io.blobcache.node.mounter;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is mounted where, from {@code /proc/self/mountinfo}: reading it touches no mount, so it answers even when they do
 * not.
 */
public final class MountTable {
    /** proc(5): mount id, parent id, major:minor, root, mount point, ... */
    private static final int DEVICE_FIELD = 2;

    private static final int MOUNT_POINT_FIELD = 4;

    private static final String TYPE_MARK = " - ";

    private static final Path MOUNTINFO = Path.of("/proc/self/mountinfo");

    private MountTable() {}

    /**
     * A mount.
     *
     * @param minor minor device number: for FUSE its name under {@code /sys/fs/fuse/connections}
     * @param type  such as {@code ext4}, or {@code fuse.blobcache} for ours
     */
    record Mounted(int minor, String type) {}

    /** Minor device number of the topmost mount on {@code directory}, an absolute path without links. */
    public static OptionalInt minorOf(Path directory) throws IOException {
        Optional<Mounted> top = topmost(directory);
        return top.isPresent() ? OptionalInt.of(top.get().minor()) : OptionalInt.empty();
    }

    /** Minor device number of the topmost mount on {@code directory} if that is a FUSE mount, of whatever daemon. */
    public static OptionalInt fuseMinorOf(Path directory) throws IOException {
        Optional<Mounted> fuse = topmost(directory).filter(top -> top.type().startsWith("fuse"));
        return fuse.isPresent() ? OptionalInt.of(fuse.get().minor()) : OptionalInt.empty();
    }

    static Optional<Mounted> topmost(Path directory) throws IOException {
        String wanted = escape(directory.toString());
        Mounted top = null;
        // Names need not be UTF-8; this charset keeps each byte as it is.
        for (String line : Files.readAllLines(MOUNTINFO, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(" ", MOUNT_POINT_FIELD + 2);
            if (fields[MOUNT_POINT_FIELD].equals(wanted)) {
                String device = fields[DEVICE_FIELD];
                top = new Mounted(Integer.parseInt(device.substring(device.indexOf(':') + 1)), typeIn(line));
            }
        }
        return Optional.ofNullable(top);
    }

    /** Behind a variable number of fields, marked by a lone hyphen. */
    private static String typeIn(String line) {
        String behind = line.substring(line.indexOf(TYPE_MARK) + TYPE_MARK.length());
        return behind.substring(0, behind.indexOf(' '));
    }

    /** The path of a field of the table. */
    static String unescape(String field) {
        String path = field.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
        return new String(path.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
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
