package io.blobcache.node.cli;

import io.blobcache.node.mounter.MountTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/** Takes away a mount whose agent does not answer. */
final class Detach {
    private static final int LIMIT_SECONDS = 5;

    private Detach() {}

    /** Aborts the connection, which fails all waiting requests, and detaches the mount; within a few seconds. */
    static void detach(Path directory) throws CommandFailure, IOException {
        OptionalInt minor = MountTable.fuseMinorOf(directory);
        if (minor.isPresent()) {
            abort(minor.getAsInt());
        }
        if (!run("umount", "-l", directory.toString()) && !run("fusermount", "-u", "-z", directory.toString())) {
            throw new CommandFailure(
                    ExitCode.FAILED, "cannot unmount %s: run 'umount -l %s' as root".formatted(directory, directory));
        }
    }

    private static void abort(int minor) {
        try {
            Files.writeString(Path.of("/sys/fs/fuse/connections", Integer.toString(minor), "abort"), "1");
        } catch (IOException _) {
            // Absent without fusectl, refused to other users: detaching works without it.
            return;
        }
    }

    private static boolean run(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue() == 0;
            }
            process.destroyForcibly();
            return false;
        } catch (IOException _) {
            return false;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
