package io.blobcache.node.cli;

import io.blobcache.node.config.Quantity;
import io.blobcache.node.mounter.MountTable;
import io.blobcache.node.mounter.TimeLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "wait",
        description =
                "Waits until something is mounted on DIR and answers. For a pod that may start before the agent of its"
                        + " node: as an init container that mounts the directory above DIR.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache wait /blobcache/models",
            "  blobcache wait --timeout 5m /blobcache/models",
        })
final class WaitCommand implements Callable<Integer> {
    /** One read of a table of the kernel. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);

    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", paramLabel = "DIR", description = "Where the mount will be; it need not exist yet.")
    private Path directory = Path.of("");

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            description = "Give up after this time, with exit code 12. Default: never.")
    private String timeout = "";

    WaitCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        Path path = directory.toAbsolutePath().normalize();
        long begun = System.nanoTime();
        Duration limit = limit();
        while (!answers(path)) {
            Duration waited = Duration.ofNanos(System.nanoTime() - begun);
            if (waited.compareTo(limit) >= 0) {
                throw new CommandFailure(
                        ExitCode.NOT_MOUNTED,
                        "nothing is mounted on %s after %s: is an agent ready on this node?".formatted(path, timeout));
            }
            Thread.sleep(LOOK_AGAIN);
        }
        surroundings.out().println(path + " answers");
        return ExitCode.OK.code();
    }

    private Duration limit() throws CommandFailure {
        try {
            return timeout.isEmpty() ? Duration.ofDays(365_000) : Quantity.parseDuration(timeout);
        } catch (NumberFormatException e) {
            throw new CommandFailure(ExitCode.USAGE, "--timeout must be a time such as 30s or 5m, was: " + timeout, e);
        }
    }

    /** The mount of an agent that died is there and does not answer; it is replaced when the next one starts. */
    private static boolean answers(Path path) throws IOException {
        OptionalInt mounted = MountTable.fuseMinorOf(path);
        if (mounted.isEmpty()) {
            return false;
        }
        try {
            return TimeLimit.call(
                    "stat of " + path,
                    ANSWER_LIMIT,
                    () -> Files.readAttributes(path, BasicFileAttributes.class).isDirectory());
        } catch (IOException _) {
            return false;
        }
    }
}
