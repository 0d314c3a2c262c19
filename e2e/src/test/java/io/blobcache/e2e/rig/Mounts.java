package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the kernel says is mounted. */
public final class Mounts {
    private Mounts() {}

    public static boolean mounted(Path directory) {
        return count(directory) > 0;
    }

    /** As that process sees it, which may live in a mount namespace of its own; false if it has just died. */
    static boolean mounted(long pid, Path directory) {
        try {
            return count(Path.of("/proc", Long.toString(pid), "mountinfo"), directory) > 0;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** More than 1: stacked, one hides the other. */
    public static long count(Path directory) {
        return count(Path.of("/proc/self/mountinfo"), directory);
    }

    private static long count(Path table, Path directory) {
        String point = directory.toString();
        try (var lines = Files.lines(table)) {
            return lines.filter(line -> line.split(" ")[4].equals(point)).count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes away all that is mounted there, answering or not. */
    public static void clear(Path directory) {
        while (mounted(directory)) {
            Shell.run("umount", "-l", directory.toString()).expectSuccess();
        }
    }
}
