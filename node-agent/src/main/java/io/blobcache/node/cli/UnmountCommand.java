package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
        Unmounting unmounting = new Unmounting(surroundings.registry(), Duration.ofSeconds(timeoutSeconds));
        if (!unmounting.finds(resolved)) {
            throw StatCommand.notMounted(surroundings, resolved);
        }
        boolean answered = unmounting.unmount(resolved);
        surroundings.out().println("unmounted " + resolved + (answered ? "" : " (its agent did not answer)"));
        return ExitCode.OK.code();
    }
}
