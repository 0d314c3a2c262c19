package io.blobcache.node.cli;

import io.blobcache.node.mounter.MountTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Ends a mount and its agent, within a limit: asks the agent, and when it does not end in time takes the mount from under
 * it. Never touches the mount itself, so that a dead one cannot hold it up.
 *
 * @param patience how long the agent may take
 */
record Unmounting(MountRegistry registry, Duration patience) {
    /** An agent ends within some 30 ms. Waiting for a process that is no child, Java looks at ever longer intervals: 2 s. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    /** Whether there is an agent or a mount. */
    boolean finds(Path directory) throws IOException {
        return registry.find(directory).isPresent()
                || MountTable.fuseMinorOf(directory).isPresent();
    }

    /** @return whether the agent unmounted by itself; if not, the mount was detached */
    boolean unmount(Path directory) throws CommandFailure, IOException, InterruptedException {
        Optional<ProcessHandle> process = registry.find(directory).flatMap(MountRegistry.Entry::process);
        boolean ended = process.isEmpty() || ends(process.get());
        boolean left = MountTable.fuseMinorOf(directory).isPresent();
        if (left) {
            Detach.detach(directory);
        }
        if (!ended) {
            process.ifPresent(ProcessHandle::destroyForcibly);
        }
        registry.remove(directory.toString());
        return !left;
    }

    /** The agent unmounts by itself when it is asked to end. */
    private boolean ends(ProcessHandle process) throws CommandFailure, InterruptedException {
        if (!process.destroy()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the agent (pid %d) belongs to another user: run as that user or as root".formatted(process.pid()));
        }
        long end = System.nanoTime() + patience.toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }
}
