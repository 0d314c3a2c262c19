package io.blobcache.node.cli;

import io.blobcache.node.MountSpec;
import io.blobcache.node.admin.AgentLife;
import io.blobcache.node.cli.AgentStarter.RunningAgent;
import io.blobcache.node.demo.LocalBucket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Serves generated objects from a bucket in this process, mounts them and reads them step by step, each byte checked
 * against a digest that was computed from the generator and not from what was read. Everything that it makes stands in
 * one temporary directory; closing takes it all away, at whatever point.
 */
final class Demo implements AutoCloseable {
    private static final long SEED = 4711;

    private final DemoPlan plan;
    private final AgentStarter agents;
    private final ProgressLine progress;
    private final LocalBucket bucket;
    private final Path directory;
    private @Nullable RunningAgent agent;
    private boolean closed;

    Demo(DemoPlan plan, AgentStarter agents, ProgressLine progress, Path temporary) throws IOException {
        this.plan = plan;
        this.agents = agents;
        this.progress = progress;
        this.bucket = LocalBucket.start("demo", plan.lengths(), SEED);
        this.directory = Files.createTempDirectory(temporary, "blobcache-demo-");
        // The bucket takes any credentials, but the client insists on some.
        System.setProperty("aws.accessKeyId", "demo");
        System.setProperty("aws.secretAccessKey", "demo");
    }

    DemoResult run(Consumer<DemoResult.Row> done) throws IOException {
        long begun = System.nanoTime();
        Path mount = Files.createDirectory(directory.resolve("mnt"));
        DemoFiles files = new DemoFiles(mount, plan.lengths(), digests());
        List<DemoResult.Row> rows = new ArrayList<>();
        for (DemoPlan.Step step : plan.steps()) {
            DemoResult.Row row = read(step, running(step, mount), files.upTo(step.maxBytes()));
            progress.clear();
            done.accept(row);
            rows.add(row);
        }
        close();
        return new DemoResult(files.count(), files.bytes(), (System.nanoTime() - begun) / 1e9, rows);
    }

    private DemoResult.Row read(DemoPlan.Step step, RunningAgent running, DemoFiles files) throws IOException {
        long requests = bucket.requests();
        long opens = running.status().passthroughOpens();
        long begun = System.nanoTime();
        long nanos = files.verify(bytes -> progress.show(step.what(), bytes, files.bytes(), System.nanoTime() - begun));
        if (step.timedAgain()) {
            long again = System.nanoTime();
            nanos = files.time(bytes -> progress.show(step.what(), bytes, files.bytes(), System.nanoTime() - again));
        }
        return new DemoResult.Row(
                step.what(),
                running.status().transport(),
                nanos / 1e9,
                files.bytes() / 1e6 / (nanos / 1e9),
                files.count(),
                bucket.requests() - requests,
                running.status().passthroughOpens() - opens);
    }

    private synchronized RunningAgent running(DemoPlan.Step step, Path mount) throws IOException {
        if (closed) {
            throw new IOException("interrupted");
        }
        RunningAgent before = agent;
        if (before != null && !step.mountAnew()) {
            return before;
        }
        if (before != null) {
            before.close();
        }
        Path state = directory.resolve("state");
        if (step.forgetDisk()) {
            delete(state);
        }
        Files.createDirectories(state);
        RunningAgent started =
                agents.start(new MountSpec(bucket.address(), mount, state), step.config(), new AgentLife());
        agent = started;
        return started;
    }

    private Map<String, String> digests() {
        Map<String, String> digests = new HashMap<>();
        plan.lengths().keySet().forEach(key -> digests.put(key, bucket.sha256(key)));
        return digests;
    }

    /** Also while it runs, from another thread: reads then fail, and the rest is gone. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        RunningAgent running = agent;
        if (running != null) {
            running.close();
        }
        bucket.close();
        delete(directory);
    }

    private static void delete(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
