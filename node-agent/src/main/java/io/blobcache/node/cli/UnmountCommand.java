package io.blobcache.node.cli;

import io.blobcache.node.mounter.MountTable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Asks the agent to unmount and end; when it does not within its time, takes the mount from under it. Never touches the
 * mount itself, so that a dead one cannot hold it up.
 */
@Command(
        name = "unmount",
        aliases = "umount",
        description = "Unmounts and ends the agent. What it has cached stays for the next mount of the same source."
                + " Never hangs: a mount that does not answer is detached.",
        footerHeading = "%nExamples:%n",
        footer = {"  blobcache unmount /mnt/models"})
final class UnmountCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    /** An agent ends within some 30 ms. Waiting for a process that is no child, Java looks at ever longer intervals: 2 s. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(10);

    @Parameters(paramLabel = "DIR", description = "Where it is mounted.")
    private Path directory = Path.of("");

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description = "How long the agent may take before the mount is detached. Default: ${DEFAULT-VALUE}.")
    private int timeoutSeconds = 10;

    UnmountCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Path resolved = MountPoints.resolve(directory);
        Optional<MountRegistry.Entry> entry = surroundings.registry().find(resolved);
        if (entry.isEmpty() && MountTable.fuseMinorOf(resolved).isEmpty()) {
            throw StatCommand.notMounted(surroundings, resolved);
        }
        Optional<ProcessHandle> process = entry.flatMap(MountRegistry.Entry::process);
        boolean ended = process.isEmpty() || ends(process.get());
        boolean detached = MountTable.fuseMinorOf(resolved).isPresent();
        if (detached) {
            Detach.detach(resolved);
        }
        if (!ended) {
            process.ifPresent(ProcessHandle::destroyForcibly);
        }
        surroundings.registry().remove(resolved.toString());
        surroundings.out().println("unmounted " + resolved + (detached ? " (its agent did not answer)" : ""));
        return ExitCode.OK.code();
    }

    /** The agent unmounts by itself when it is asked to end. */
    private boolean ends(ProcessHandle process) throws CommandFailure, InterruptedException {
        if (!process.destroy()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the agent (pid %d) belongs to another user: run as that user or as root".formatted(process.pid()));
        }
        long end = System.nanoTime() + Duration.ofSeconds(timeoutSeconds).toNanos();
        while (process.isAlive()) {
            if (System.nanoTime() - end >= 0) {
                return false;
            }
            Thread.sleep(LOOK_AGAIN);
        }
        return true;
    }
}
