package io.blobcache.node.cli;

import io.blobcache.node.admin.RecordJson;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "Shows the main job on generated objects: serves them from a local S3-compatible bucket, mounts them, reads"
                    + " them cold, warm, after a remount and from each tier alone, and checks every byte by SHA-256.",
            "",
            "Needs no account and no network, takes under a minute and 700 MB of temporary space, leaves nothing behind.",
        },
        footerHeading = "%nExamples:%n",
        footer = {"  blobcache demo", "  blobcache demo --output json"})
final class DemoCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(names = "--output", paramLabel = "text|json", description = "Default: ${DEFAULT-VALUE}.")
    private Output output = Output.text;

    @Option(names = "--small", hidden = true, description = "Little of everything, for tests.")
    private boolean small;

    DemoCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws IOException {
        LogSettings.applyQuietly(common.verbose());
        DemoPlan plan = small ? DemoPlan.small() : DemoPlan.full();
        ProgressLine progress = new ProgressLine(surroundings.err(), ProgressLine.terminal());
        Path temporary =
                Path.of(surroundings.environment().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")));
        try (Demo demo = new Demo(plan, surroundings.agents(), progress, temporary)) {
            Thread hook = Thread.ofPlatform().unstarted(() -> closeAtExit(demo));
            Runtime.getRuntime().addShutdownHook(hook);
            DemoResult result = demo.run(row -> {
                if (output == Output.text) {
                    surroundings.out().println(row.text());
                    surroundings.out().flush();
                }
            });
            Runtime.getRuntime().removeShutdownHook(hook);
            surroundings.out().println(output == Output.json ? RecordJson.write(result) : result.summary());
            return ExitCode.OK.code();
        }
    }

    private void closeAtExit(Demo demo) {
        try {
            demo.close();
        } catch (IOException e) {
            surroundings.err().println("blobcache: " + e.getMessage());
        }
    }
}
