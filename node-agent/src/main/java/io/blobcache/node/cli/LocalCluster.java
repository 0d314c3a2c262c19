package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.mounter.MountTable;
import io.blobcache.node.source.SourceAddress;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The agents of a {@link ClusterPlan} as processes of their own. Closing, from whatever thread, unmounts and ends all. */
final class LocalCluster implements AutoCloseable {
    /** Agents that serve each other let calls under way end, which takes them up to 5 s. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final ClusterPlan plan;
    private final MountRegistry registry;
    private volatile boolean closing;

    LocalCluster(ClusterPlan plan, MountRegistry registry) {
        this.plan = plan;
        this.registry = registry;
    }

    /** Starts one after the other; each answers when it returns. @throws CommandFailure that names the agent */
    void start(SourceAddress source, List<String> options, String sourceText)
            throws CommandFailure, IOException, InterruptedException {
        for (ClusterPlan.Node node : plan.nodes()) {
            if (closing) {
                throw new CommandFailure(ExitCode.FAILED, "interrupted");
            }
            List<String> arguments = new ArrayList<>(List.of("mount", "--detached"));
            arguments.addAll(options);
            arguments.addAll(List.of("--state", node.state().toString()));
            arguments.addAll(List.of("--config", node.config().toString(), "--", sourceText));
            arguments.add(node.mount().toString());
            try {
                new DetachedAgent("cluster").start(new MountSpec(source, node.mount(), node.state()), arguments);
            } catch (CommandFailure e) {
                throw new CommandFailure(e.exit(), node.id() + ": " + String.join("; ", e.lines()), e);
            }
        }
    }

    /** Waits until nothing is mounted any more. An agent that was killed leaves its mount behind, so it counts. */
    void awaitEnd() throws IOException, InterruptedException {
        while (anyMounted()) {
            Thread.sleep(LOOK_AGAIN);
        }
    }

    private boolean anyMounted() throws IOException {
        for (ClusterPlan.Node node : plan.nodes()) {
            if (MountTable.fuseMinorOf(node.mount()).isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** All at once; again is harmless. Ends in some 15 s, whatever the agents do. */
    @Override
    public void close() throws IOException {
        closing = true;
        Unmounting unmounting = new Unmounting(registry, PATIENCE);
        List<Future<Boolean>> ends = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (ClusterPlan.Node node : plan.nodes()) {
                Path mount = node.mount();
                Callable<Boolean> end = () -> unmounting.finds(mount) && unmounting.unmount(mount);
                ends.add(threads.submit(end));
            }
        }
        IOException failed = new IOException("not all agents ended: 'blobcache stat' lists them");
        for (Future<Boolean> end : ends) {
            try {
                end.get();
            } catch (ExecutionException e) {
                failed.addSuppressed(e.getCause());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                failed.addSuppressed(e);
            }
        }
        if (failed.getSuppressed().length > 0) {
            throw failed;
        }
    }
}
