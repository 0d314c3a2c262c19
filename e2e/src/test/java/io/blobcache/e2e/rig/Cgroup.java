package io.blobcache.e2e.rig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A control group with a memory limit, of either version of the kernel's interface. */
public final class Cgroup {
    private static final Path V1 = Path.of("/sys/fs/cgroup/memory");
    private static final Path V2 = Path.of("/sys/fs/cgroup");
    private static final Pattern OOM_KILLS = Pattern.compile("^oom_kill (\\d+)$", Pattern.MULTILINE);

    private final Path directory;
    private final boolean v1;

    public Cgroup(Scratch scratch, long memoryBytes) {
        v1 = Files.exists(V1.resolve("memory.limit_in_bytes"));
        directory = (v1 ? V1 : V2)
                .resolve("blobcache-e2e-" + ProcessHandle.current().pid());
        try {
            if (!v1) {
                Files.writeString(V2.resolve("cgroup.subtree_control"), "+memory");
            }
            Files.createDirectory(directory);
            scratch.undo("remove " + directory, () -> Files.delete(directory));
            Files.writeString(
                    directory.resolve(v1 ? "memory.limit_in_bytes" : "memory.max"), Long.toString(memoryBytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A command that joins the group and becomes the command in its last arguments. */
    public String[] join() {
        return new String[] {"sh", "-c", "echo $$ > \"$0\" && exec \"$@\"", procs().toString()};
    }

    private Path procs() {
        return directory.resolve("cgroup.procs");
    }

    public long oomKills() {
        String text = read(v1 ? "memory.oom_control" : "memory.events");
        var found = OOM_KILLS.matcher(text);
        if (!found.find()) {
            throw new AssertionError("no oom_kill in " + text);
        }
        return Long.parseLong(found.group(1));
    }

    private String read(String file) {
        try {
            return Files.readString(directory.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
