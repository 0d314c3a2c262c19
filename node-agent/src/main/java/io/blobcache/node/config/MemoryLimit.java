package io.blobcache.node.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory that this process may count on: the smallest limit of its cgroup and of those above it (version 1 or 2),
 * or else the machine's memory.
 *
 * @param bytes   of the limit, or of the machine
 * @param limited whether a cgroup sets it
 */
record MemoryLimit(long bytes, boolean limited) {
    private static final long MIN_BUDGET_BYTES = 64L << 20;
    private static final long MAX_BUDGET_BYTES = 512L << 20;

    /** What we go by if /proc is not readable: the smallest machine that we want to work on. */
    private static final long UNKNOWN_BYTES = 1L << 30;

    static MemoryLimit ofThisProcess() {
        return read(Path.of("/"));
    }

    /** @param root where /proc and /sys are found */
    static MemoryLimit read(Path root) {
        long machine = machineBytes(root.resolve("proc/meminfo"));
        long limit = Long.MAX_VALUE;
        for (String line : lines(root.resolve("proc/self/cgroup"))) {
            String[] parts = line.split(":", 3);
            if (parts.length < 3) {
                continue;
            }
            if (parts[1].isEmpty()) {
                limit = Math.min(limit, smallest(root.resolve("sys/fs/cgroup"), parts[2], "memory.max"));
                limit = Math.min(limit, smallest(root.resolve("sys/fs/cgroup/unified"), parts[2], "memory.max"));
            } else if (List.of(parts[1].split(",")).contains("memory")) {
                Path v1 = root.resolve("sys/fs/cgroup/memory");
                limit = Math.min(limit, smallest(v1, parts[2], "memory.limit_in_bytes"));
            }
        }
        // Version 1 writes "no limit" as a number near 2^63.
        return limit < machine ? new MemoryLimit(limit, true) : new MemoryLimit(machine, false);
    }

    long budgetBytes() {
        long share = limited ? bytes / 4 : bytes / 8;
        return Math.clamp(share, MIN_BUDGET_BYTES, MAX_BUDGET_BYTES) & ~((1L << 20) - 1);
    }

    /** Walks from the process's group up to the root; in a container the upper ones are not visible, or are the root. */
    private static long smallest(Path hierarchy, String group, String file) {
        long smallest = Long.MAX_VALUE;
        Path directory =
                hierarchy.resolve(group.substring(Math.min(1, group.length()))).normalize();
        while (directory != null && directory.startsWith(hierarchy)) {
            for (String line : lines(directory.resolve(file))) {
                smallest = Math.min(smallest, number(line));
            }
            directory = directory.getParent();
        }
        return smallest;
    }

    private static long machineBytes(Path meminfo) {
        for (String line : lines(meminfo)) {
            if (line.startsWith("MemTotal:")) {
                return number(line.replaceAll("\\D", "")) << 10;
            }
        }
        return UNKNOWN_BYTES;
    }

    /** {@code max} is no limit; so is what we do not understand. */
    private static long number(String text) {
        String digits = text.strip();
        return digits.matches("\\d{1,18}") ? Long.parseLong(digits) : Long.MAX_VALUE;
    }

    /** A file that is not there sets no limit. */
    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (IOException _) {
            return List.of();
        }
    }
}
