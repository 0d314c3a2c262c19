package io.blobcache.node.cli;

import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.source.SourceAddress;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "cluster",
        description = {
            "Starts agents on this machine that share SOURCE and serve each other, to try the mesh: each block is fetched"
                    + " from the source once, by whichever agent it falls to.",
            "",
            "It stays until Ctrl-C, or until all are unmounted; then it unmounts and ends all. What they have cached stays"
                    + " in DIR for the next time. SOURCE is what 'blobcache mount' takes.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache cluster --nodes 5 dir:/net/share",
            "  blobcache cluster --endpoint http://minio:9000 --path-style s3://data",
        })
final class ClusterCommand implements Callable<Integer> {
    /** Each is a process with 64 MiB of buffers and up to 256 MiB besides. */
    private static final int MAX_NODES = 32;

    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Mixin
    private final SourceOptions sourceOptions = new SourceOptions();

    @Parameters(paramLabel = "SOURCE", description = "Where the blobs come from.")
    private String source = "";

    @Option(names = "--nodes", paramLabel = "N", description = "Agents, 1 to 32. Default: ${DEFAULT-VALUE}.")
    private int nodes = 3;

    @Option(names = "--dir", paramLabel = "DIR", description = "Where they live. Default: ./${DEFAULT-VALUE}.")
    private Path directory = Path.of("blobcache-cluster");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Configuration of each; memory is divided among them, mesh is filled in.")
    private @Nullable Path config;

    ClusterCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        LogSettings.applyQuietly(common.verbose());
        if (nodes < 1 || nodes > MAX_NODES) {
            throw new CommandFailure(ExitCode.USAGE, "--nodes must be in [1, 32], was: " + nodes);
        }
        SourceAddress address = sourceOptions.parse(source);
        AgentConfig template = ConfigCommand.load(config);
        ClusterPlan plan = ClusterPlan.of(MountPoints.resolve(directory), nodes);
        checkFree(plan);
        plan.write(template);
        LocalCluster cluster = new LocalCluster(plan, surroundings.registry());
        Thread hook = Thread.ofPlatform().name("unmount-at-exit").unstarted(() -> closeAtExit(cluster));
        Runtime.getRuntime().addShutdownHook(hook);
        try (cluster) {
            cluster.start(address, sourceOptions.arguments(), SourceOptions.text(source, address));
            tell(plan);
            cluster.awaitEnd();
        }
        surroundings.out().println("all are unmounted");
        return ExitCode.OK.code();
    }

    /** Ending the agents of a cluster that runs here already would surprise whoever uses it. */
    private void checkFree(ClusterPlan plan) throws CommandFailure, IOException {
        Unmounting unmounting = new Unmounting(surroundings.registry(), Duration.ZERO);
        for (ClusterPlan.Node node : plan.nodes()) {
            if (unmounting.finds(node.mount())) {
                throw new CommandFailure(
                        ExitCode.ALREADY_MOUNTED,
                        "%s is mounted: end that cluster (Ctrl-C there, or 'blobcache unmount %s'), or choose another --dir"
                                .formatted(node.mount(), node.mount()));
            }
        }
    }

    private void tell(ClusterPlan plan) {
        PrintWriter out = surroundings.out();
        String took = StartTime.untilNow(surroundings.environment());
        for (ClusterPlan.Node node : plan.nodes()) {
            out.println("%s  %s  127.0.0.1:%d".formatted(node.id(), node.mount(), node.port()));
        }
        ClusterPlan.Node first = plan.nodes().getFirst();
        ClusterPlan.Node last = plan.nodes().getLast();
        out.println("%d agents serve %s after %s. In another terminal:".formatted(nodes, source, took));
        out.println("  cat %s/FILE > /dev/null    # reads through the mesh".formatted(first.mount()));
        out.println("  cat %s/FILE > /dev/null    # from the others, not from the source".formatted(last.mount()));
        out.println("  blobcache stat %s    # what came from where".formatted(last.mount()));
        out.println("  kill -9 $(pgrep -f %s)    # reads go on at the others".formatted(first.state()));
        out.println("  edit %s    # who is a member; read anew within seconds".formatted(plan.members()));
        out.println("Ctrl-C ends them all.");
        out.flush();
    }

    private void closeAtExit(LocalCluster cluster) {
        try {
            cluster.close();
        } catch (IOException e) {
            surroundings.err().println("blobcache: " + e.getMessage());
        }
    }
}
