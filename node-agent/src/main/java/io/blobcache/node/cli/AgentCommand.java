package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.admin.AdminServer;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.DeclaredSource;
import io.blobcache.node.mounter.MountTable;
import io.blobcache.node.mounter.Propagation;
import io.blobcache.node.source.SourceAddress;
import io.blobcache.node.source.SourceMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "agent",
        description = {
            "Runs an agent that is told everything by its file, in the foreground: where it mounts (mount.path) and from"
                    + " which sources (sources). This is what runs in a pod.",
            "",
            "It waits for a source that cannot be reached, of several until one can be, and says so at /readyz. SIGTERM drains it: it is not ready from"
                    + " then on, serves what is open for mount.drainTime at most, unmounts and ends. The environment may"
                    + " name its id in the mesh (NODE_NAME) and hold credentials, for sources that have none of their own"
                    + " (sources[].credentials).",
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  blobcache agent --config /etc/blobcache/config/agent.yaml",
        })
final class AgentCommand implements Callable<Integer> {
    /** An agent that ends gives its state back within a second of its last reader. */
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(1);

    private final Surroundings surroundings;

    @Mixin
    private final CommonOptions common = new CommonOptions();

    @Option(
            names = "--config",
            required = true,
            paramLabel = "FILE",
            description = "Configuration, watched for changes; see 'blobcache config'.")
    private Path file = Path.of("");

    AgentCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() throws CommandFailure, IOException, InterruptedException {
        LogSettings.apply(common.verbose(), null);
        AgentConfig said = ConfigCommand.load(file);
        MountSpec spec = spec(said);
        AgentLife life = new AgentLife();
        Thread told = Thread.ofPlatform().name("told-to-end").unstarted(life::drains);
        Runtime.getRuntime().addShutdownHook(told);
        try (AdminServer _ = AdminServer.start(said.admin(), life);
                WatchedFiles files = WatchedFiles.of(file, said, spec.state(), surroundings.environment())) {
            prepare(spec.directory(), said.mount().shared());
            AgentStarter lasting =
                    new LastingStarter(surroundings.agents(), life, said.mount().drainTime());
            ForegroundAgent agent = new ForegroundAgent(surroundings.with(lasting), false);
            return run(() -> agent.run(spec, files.completed(said), files.config(), files::completed), life)
                    .code();
        } finally {
            ForegroundAgent.removeHook(told);
        }
    }

    @FunctionalInterface
    private interface Run {
        ExitCode run() throws CommandFailure, IOException, InterruptedException;
    }

    /** The agent before this one may still be draining: its state is waited for. */
    private static ExitCode run(Run run, AgentLife life) throws CommandFailure, IOException, InterruptedException {
        while (true) {
            try {
                return run.run();
            } catch (CommandFailure e) {
                if (e.exit() != ExitCode.IN_USE) {
                    throw e;
                }
                life.waitsFor(e.lines().getFirst());
                // Not a field: the log is set up by the command, after its class is there.
                LoggerFactory.getLogger(AgentCommand.class)
                        .atInfo()
                        .addKeyValue("reason", e.lines().getFirst())
                        .log("waits for the agent before it");
                if (life.drainsWithin(LOOK_AGAIN)) {
                    throw e;
                }
            }
        }
    }

    private MountSpec spec(AgentConfig config) throws CommandFailure {
        if (config.sources().isEmpty()) {
            throw wrong("sources must have an entry, such as sources: [{url: \"s3://bucket\"}]");
        }
        if (config.mount().path().isEmpty()) {
            throw wrong("mount.path must name the directory to mount on, such as /var/lib/blobcache/mnt/models");
        }
        List<SourceMount> mounts = new ArrayList<>();
        for (DeclaredSource declared : config.sources()) {
            mounts.add(mount(declared, "sources[" + mounts.size() + "]"));
        }
        Path state = config.mount().state().isEmpty()
                ? StateDirectory.defaultFor(SourceMount.identity(mounts), surroundings.environment())
                : Path.of(config.mount().state());
        return new MountSpec(mounts, MountPoints.resolve(Path.of(config.mount().path())), state.normalize());
    }

    private CommandFailure wrong(String line) {
        return new CommandFailure(ExitCode.USAGE, file + ": " + line);
    }

    private SourceMount mount(DeclaredSource declared, String entry) throws CommandFailure {
        try {
            SourceAddress address = SourceAddress.parse(
                    declared.url(),
                    nullIfEmpty(declared.endpoint()),
                    nullIfEmpty(declared.region()),
                    declared.pathStyle(),
                    nullIfEmpty(declared.within()));
            if (!declared.credentials().isEmpty() && !(address instanceof SourceAddress.S3)) {
                throw wrong("%s.credentials belongs to an s3:// source: leave it out, was: %s"
                        .formatted(entry, declared.credentials()));
            }
            return new SourceMount(declared.path(), address, declared.credentials());
        } catch (IllegalArgumentException e) {
            throw new CommandFailure(ExitCode.USAGE, "%s: %s: %s".formatted(file, entry, e.getMessage()), e);
        }
    }

    private static @Nullable String nullIfEmpty(String text) {
        return text.isEmpty() ? null : text;
    }

    /** Touches the directory itself only if nothing is mounted there: the mount of an agent that died does not answer. */
    private static void prepare(Path directory, boolean shared) throws IOException {
        Path parent = directory.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (shared) {
            Propagation.check(directory);
        }
        if (MountTable.minorOf(directory).isEmpty()) {
            Files.createDirectories(directory);
        }
    }
}
