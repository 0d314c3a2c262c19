package io.blobcache.node.cli;

import io.blobcache.node.admin.RecordJson;
import io.blobcache.node.mesh.client.ContentClient;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "get",
        description = "Reads stored content by its SHA-256, and compares it before it ends.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache get 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 -o model.bin",
            "  blobcache get --address 10.0.0.1:7400 9f86d08...0a08 > model.bin",
        })
final class GetCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final AgentOption agent = new AgentOption();

    @Parameters(paramLabel = "DIGEST", description = "64 hexadecimal digits, as 'blobcache put' printed them.")
    private String digest = "";

    @Option(
            names = {"-o", "--file"},
            paramLabel = "FILE",
            description = "Where to write it: appears when it is whole. Default: standard output.")
    private @Nullable Path file;

    @Option(
            names = "--output",
            paramLabel = "text|json",
            description = "Of what is said about the file. Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    GetCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** The output. */
    record Written(String digest, String file, long bytes) {}

    @Override
    public Integer call() throws CommandFailure, IOException {
        LogSettings.applyQuietly(common.verbose());
        if (!digest.matches("[0-9a-f]{64}")) {
            throw new CommandFailure(ExitCode.USAGE, "DIGEST must be 64 lower-case hexadecimal digits, was: " + digest);
        }
        Path target = file;
        AtomicLong written = new AtomicLong();
        try (ContentClient client = agent.client(surroundings)) {
            if (target == null) {
                OutputStream out = new FileOutputStream(java.io.FileDescriptor.out);
                found(client.get(digest, out, written::set));
            } else {
                toFile(client, target, written);
            }
        }
        if (target != null) {
            surroundings
                    .out()
                    .println(
                            output == Output.json
                                    ? RecordJson.write(new Written(digest, target.toString(), written.get()))
                                    : "%d bytes in %s".formatted(written.get(), target));
        }
        return ExitCode.OK.code();
    }

    private void toFile(ContentClient client, Path target, AtomicLong written) throws CommandFailure, IOException {
        Path part = target.resolveSibling(target.getFileName() + ".part");
        ProgressLine progress = new ProgressLine(surroundings.err(), ProgressLine.terminal());
        long begun = System.nanoTime();
        LongConsumer told = bytes -> {
            written.set(bytes);
            // How long it is nobody says beforehand: what is shown is the speed.
            progress.show(digest.substring(0, 12), bytes, Long.MAX_VALUE / 100, System.nanoTime() - begun);
        };
        try {
            try (OutputStream out = Files.newOutputStream(part)) {
                found(client.get(digest, out, told));
            }
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            progress.clear();
            Files.deleteIfExists(part);
        }
    }

    private void found(boolean found) throws CommandFailure {
        if (!found) {
            throw new CommandFailure(
                    ExitCode.SOURCE_MISSING, "no agent that was asked has " + digest + ": store it with blobcache put");
        }
    }
}
