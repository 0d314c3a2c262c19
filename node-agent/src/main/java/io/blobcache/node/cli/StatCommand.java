package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "stat",
        description = "Shows what a mount serves and from where: health, sizes, hits and bytes of each tier.",
        footerHeading = "%nExamples:%n",
        footer = {"  blobcache stat /mnt/models", "  blobcache stat /mnt/models --output json"})
final class StatCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "DIR", description = "Where it is mounted.")
    private Path directory = Path.of("");

    @Option(names = "--output", paramLabel = "text|json", description = "Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    StatCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException {
        Path resolved = MountPoints.resolve(directory);
        Optional<MountRegistry.Entry> found = surroundings.registry().find(resolved);
        if (found.isEmpty()) {
            throw notMounted(surroundings, resolved);
        }
        MountRegistry.Entry entry = found.get();
        try {
            String path = output == Output.json ? "/status" : "/status?output=text";
            surroundings.out().print(AdminClient.read(entry.adminPort(), path));
            surroundings.out().flush();
            return ExitCode.OK.code();
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    "the agent of %s (pid %d) does not answer: look into %s, or blobcache unmount %s"
                            .formatted(resolved, entry.pid(), AgentLog.of(Path.of(entry.state())), resolved),
                    e);
        }
    }

    static CommandFailure notMounted(Surroundings surroundings, Path directory) throws IOException {
        String mounts = surroundings.registry().all().stream()
                .map(MountRegistry.Entry::directory)
                .collect(Collectors.joining(", "));
        return new CommandFailure(
                ExitCode.NOT_MOUNTED,
                "blobcache has nothing mounted on %s: %s"
                        .formatted(
                                directory,
                                mounts.isEmpty() ? "blobcache mount SOURCE " + directory : "mounted are " + mounts));
    }
}
