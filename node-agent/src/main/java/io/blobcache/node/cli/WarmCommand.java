package io.blobcache.node.cli;

import io.blobcache.node.admin.RecordJson;
import io.blobcache.node.admin.StatusText;
import io.blobcache.node.model.StoredPath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "warm",
        description =
                "Reads files and directory trees of a mount, so that they are cached before somebody waits for them.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache warm /mnt/models/llama",
            "  blobcache warm --jobs 16 /mnt/models",
            "  blobcache warm --output json /mnt/models/llama/model-00001.safetensors",
        })
final class WarmCommand implements Callable<Integer> {
    /** Of a tree where everything fails, the first lines say as much as all. */
    private static final int MAX_SHOWN_FAILURES = 20;

    private static final int MAX_JOBS = 256;

    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files or directories of a mount.")
    private List<Path> paths = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "COUNT",
            description = "Files read at once, 1 to 256. Default: ${DEFAULT-VALUE}.")
    private int jobs = 4;

    @Option(names = "--output", paramLabel = "text|json", description = "Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    WarmCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The output. */
    record Warmed(long files, long bytes, long failures, double seconds) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%d files, %s in %.1f s (%s/s)%s",
                    files,
                    StatusText.bytes(bytes),
                    seconds,
                    StatusText.bytes((long) (bytes / Math.max(seconds, 1e-3))),
                    failures == 0 ? "" : ", " + failures + " failed");
        }
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        LogSettings.applyQuietly(common.verbose());
        if (jobs < 1 || jobs > MAX_JOBS) {
            throw new CommandFailure(ExitCode.USAGE, "--jobs must be in [1, %d], was: %d".formatted(MAX_JOBS, jobs));
        }
        List<Path> roots = paths.stream().map(MountPoints::resolve).toList();
        Path mount = Path.of("");
        for (Path root : roots) {
            mount = mountOf(root);
        }
        Warmed warmed = warm(roots, mount);
        surroundings.out().println(output == Output.json ? RecordJson.write(warmed) : warmed.text());
        return (warmed.failures() == 0 ? ExitCode.OK : ExitCode.FAILED).code();
    }

    private Warmed warm(List<Path> roots, Path mount) throws IOException, InterruptedException {
        ProgressLine progress = new ProgressLine(surroundings.err(), ProgressLine.terminal());
        AtomicLong shown = new AtomicLong();
        long begun = System.nanoTime();
        Warming[] warming = new Warming[1];
        warming[0] = new Warming(
                jobs,
                mount.resolve(StoredPath.ROOT),
                (file, e) -> {
                    if (shown.incrementAndGet() <= MAX_SHOWN_FAILURES) {
                        progress.clear();
                        surroundings.err().println("blobcache: " + file + ": " + reason(e));
                    }
                },
                () -> progress.show(
                        "warming",
                        warming[0].readBytes(),
                        Math.max(warming[0].readBytes(), warming[0].seenBytes()),
                        System.nanoTime() - begun));
        warming[0].read(roots);
        progress.clear();
        return new Warmed(
                warming[0].files(), warming[0].readBytes(), warming[0].failures(), (System.nanoTime() - begun) / 1e9);
    }

    private Path mountOf(Path path) throws CommandFailure, IOException {
        for (MountRegistry.Entry entry : surroundings.registry().all()) {
            Path directory = Path.of(entry.directory());
            if (path.startsWith(directory)) {
                return directory;
            }
        }
        throw StatCommand.notMounted(surroundings, path);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case java.nio.file.NoSuchFileException _ -> "does not exist";
            case java.nio.file.AccessDeniedException _ -> "permission denied";
            case java.nio.file.FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }
}
