package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.source.SourceAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "mount",
        description = {
            "Mounts SOURCE on DIR, read-only. It returns when the mount answers; the agent then runs by itself until"
                    + " 'blobcache unmount DIR' and logs to STATE/agent.log.",
            "",
            "SOURCE is s3://BUCKET[/PREFIX] (credentials from the environment, a profile or the default chain),"
                    + " https://HOST/FILE, https://HOST/MANIFEST.json (also http://), or dir:PATH.",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache mount s3://my-bucket/models /mnt/models",
            "  blobcache mount --endpoint http://minio:9000 --path-style s3://data /mnt/data",
            "  blobcache mount --state /nvme/cache --config agent.yaml dir:/net/share /mnt/share",
            "  blobcache mount --foreground https://example.org/weights.bin /mnt/weights",
        })
final class MountCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Parameters(index = "0", paramLabel = "SOURCE", description = "Where the blobs come from.")
    private String source = "";

    @Parameters(index = "1", paramLabel = "DIR", description = "An empty directory to mount on.")
    private Path directory = Path.of("");

    @Mixin
    private final SourceOptions sourceOptions = new SourceOptions();

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Directory of the disk tier, the log and all else that outlives the agent. Default: one for"
                    + " each source in /var/cache/blobcache (root) or ~/.cache/blobcache.")
    private @Nullable Path state;

    @Option(names = "--config", paramLabel = "FILE", description = "Configuration; see 'blobcache config'.")
    private @Nullable Path config;

    @Option(names = "--foreground", description = "Stay until unmounted or interrupted; log to standard error.")
    private boolean foreground;

    @Option(names = "--detached", hidden = true, description = "Started by mount; reports in one line.")
    private boolean detached;

    MountCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        SourceAddress address = sourceOptions.parse(source);
        AgentConfig loaded = ConfigCommand.load(config);
        Path resolvedState = (state == null
                        ? StateDirectory.defaultFor(address.identity(), surroundings.environment())
                        : state)
                .toAbsolutePath()
                .normalize();
        MountSpec spec = new MountSpec(address, MountPoints.resolve(directory), resolvedState);
        if (detached) {
            LogSettings.apply(common.verbose(), AgentLog.of(resolvedState));
            return reported(spec, loaded);
        }
        if (foreground) {
            LogSettings.apply(common.verbose(), null);
            return new ForegroundAgent(surroundings, false)
                    .run(spec, loaded, config)
                    .code();
        }
        String mounted = new DetachedAgent("mount").start(spec, arguments(spec, address));
        surroundings.out().println(mounted + " in " + StartTime.untilNow(surroundings.environment()));
        return ExitCode.OK.code();
    }

    /** Whoever started us reads one line of standard output, also if it is an error. */
    private int reported(MountSpec spec, AgentConfig loaded) {
        try {
            return new ForegroundAgent(surroundings, true)
                    .run(spec, loaded, config)
                    .code();
        } catch (CommandFailure | IOException | InterruptedException | RuntimeException e) {
            CommandFailure failure = Failures.of(e);
            LoggerFactory.getLogger(MountCommand.class).atError().setCause(e).log("not mounted");
            surroundings.out().println(String.join("; ", failure.lines()));
            surroundings.out().flush();
            return failure.exit().code();
        }
    }

    /** The same command for the agent's own process, which starts in another directory. */
    private List<String> arguments(MountSpec spec, SourceAddress address) {
        List<String> arguments = new ArrayList<>(List.of("mount", "--detached"));
        if (common.verbose()) {
            arguments.add("--verbose");
        }
        arguments.addAll(sourceOptions.arguments());
        option(arguments, "--state", spec.state());
        option(arguments, "--config", config == null ? null : config.toAbsolutePath());
        arguments.add("--");
        arguments.add(SourceOptions.text(source, address));
        arguments.add(spec.directory().toString());
        return arguments;
    }

    private static void option(List<String> arguments, String name, @Nullable Object value) {
        if (value != null) {
            arguments.add(name);
            arguments.add(value.toString());
        }
    }
}
