package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.admin.AgentStatus;
import io.blobcache.node.cli.AgentStarter.RunningAgent;
import io.blobcache.node.config.AgentConfig;
import io.blobcache.node.config.ConfigWatcher;
import io.blobcache.node.config.WatchedFile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one agent in this process until its mount is gone. SIGTERM and Ctrl-C unmount first: the shutdown hook closes the
 * agent, also one that is just being started.
 *
 * @param detached whether somebody waits for one line on standard output: {@value #READY} and what was mounted
 */
record ForegroundAgent(Surroundings surroundings, boolean detached) {
    private static final Logger LOG = LoggerFactory.getLogger(ForegroundAgent.class);

    static final String READY = "ready: ";

    /** Starting takes the source's time limits at most; an end that takes longer is the system's to force. */
    private static final int SHUTDOWN_SECONDS = 20;

    ExitCode run(MountSpec spec, AgentConfig config, @Nullable Path file)
            throws CommandFailure, IOException, InterruptedException {
        return run(spec, config, file, UnaryOperator.identity());
    }

    /** @param completion what the surroundings add to the words of the file */
    ExitCode run(MountSpec spec, AgentConfig config, @Nullable Path file, UnaryOperator<AgentConfig> completion)
            throws CommandFailure, IOException, InterruptedException {
        StateDirectory held = StateDirectory.open(spec.state());
        CompletableFuture<RunningAgent> started = new CompletableFuture<>();
        CountDownLatch finished = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("unmount-at-exit").unstarted(() -> closeAtExit(started, finished));
        Runtime.getRuntime().addShutdownHook(hook);
        try (RunningAgent agent = surroundings.agents().start(spec, config, new AgentLife())) {
            started.complete(agent);
            return serve(agent, spec, config, file, completion);
        } finally {
            started.cancel(false);
            held.close();
            finished.countDown();
            removeHook(hook);
        }
    }

    private ExitCode serve(
            RunningAgent agent,
            MountSpec spec,
            AgentConfig config,
            @Nullable Path file,
            UnaryOperator<AgentConfig> completion)
            throws IOException, InterruptedException {
        AgentStatus status = agent.status();
        surroundings.registry().add(entry(status, spec));
        try {
            surroundings.out().println((detached ? READY : "") + mounted(status));
            surroundings.out().flush();
            if (file == null) {
                agent.awaitUnmount();
                return ExitCode.OK;
            }
            try (ConfigWatcher watcher =
                    new ConfigWatcher(file, completion, config, WatchedFile.PERIOD, agent::reconfigure)) {
                watcher.start();
                agent.awaitUnmount();
                return ExitCode.OK;
            }
        } finally {
            surroundings.registry().remove(spec.directory().toString());
        }
    }

    private static String mounted(AgentStatus status) {
        return "mounted %s on %s (%s transport, %s, pid %d)"
                .formatted(
                        status.source(),
                        status.directory(),
                        status.transport(),
                        status.passthrough() ? "passthrough" : "no passthrough",
                        status.pid());
    }

    private static MountRegistry.Entry entry(AgentStatus status, MountSpec spec) {
        ProcessHandle self = ProcessHandle.current();
        return new MountRegistry.Entry(
                self.pid(),
                self.info().startInstant().orElse(Instant.EPOCH),
                status.adminPort(),
                spec.directory().toString(),
                status.source(),
                spec.state().toString());
    }

    private static void closeAtExit(CompletableFuture<RunningAgent> started, CountDownLatch finished) {
        try {
            started.get(SHUTDOWN_SECONDS, TimeUnit.SECONDS).close();
            if (!finished.await(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
                LOG.atWarn().log("the end took too long");
            }
        } catch (InterruptedException e) {
            LOG.atWarn().setCause(e).log("interrupted while unmounting");
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            // It never started, so nothing of it is mounted.
            LOG.atDebug().setCause(e).log("nothing to unmount");
        }
    }

    static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException _) {
            // The process is ending: the hook is what ends it, and has done or is doing its work.
            return;
        }
    }
}
