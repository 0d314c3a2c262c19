package io.blobcache.node.cli;

import io.blobcache.node.admin.RecordJson;
import io.blobcache.node.mesh.client.ContentClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        description = "Stores files in the mesh and prints the SHA-256 of each, by which every agent gives it again."
                + " Durable when it is printed.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache put model.bin",
            "  blobcache put --address 10.0.0.1:7400 *.tar",
            "  blobcache put --address 10.0.0.1:7400 --config tls.yaml model.bin",
            "  blobcache put --output json model.bin",
        })
final class PutCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    @SuppressWarnings("UnusedVariable") // For --help and --verbose, which picocli and Main act on.
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final AgentOption agent = new AgentOption();

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "What to store.")
    private List<Path> files = List.of();

    @Option(names = "--output", paramLabel = "text|json", description = "Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    PutCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    /** One line of the output. */
    record Stored(String file, String digest, long bytes) {}

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        LogSettings.applyQuietly(common.verbose());
        ProgressLine progress = new ProgressLine(surroundings.err(), ProgressLine.terminal());
        try (ContentClient client = agent.client(surroundings)) {
            for (Path file : files) {
                Stored stored = put(client, file, progress);
                surroundings
                        .out()
                        .println(output == Output.json ? RecordJson.write(stored) : stored.digest() + "  " + file);
                surroundings.out().flush();
            }
        }
        return ExitCode.OK.code();
    }

    private static Stored put(ContentClient client, Path file, ProgressLine progress)
            throws IOException, InterruptedException {
        String name = String.valueOf(file.getFileName());
        long begun = System.nanoTime();
        try (InputStream content = Files.newInputStream(file)) {
            long length = Files.size(file);
            String digest = client.put(
                    content, sent -> progress.show(name, sent, Math.max(sent, length), System.nanoTime() - begun));
            return new Stored(file.toString(), digest, length);
        } catch (NoSuchFileException e) {
            throw new IOException(file + " does not exist", e);
        } finally {
            progress.clear();
        }
    }
}
