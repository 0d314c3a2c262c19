package io.blobcache.node.tier.disk;

import io.blobcache.node.model.Blob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * What the disk tier takes from the world around it. The tier does not close the executors.
 *
 * @param bootId     changes whenever the machine starts: {@link #currentBootId}
 * @param ticks      probes, watermarks and evicts: short tasks, one thread is enough
 * @param background walks, checks and scrubs: long tasks, one thread of its own
 * @param writers    makes the threads that write blocks
 * @param readers    makes the threads that wait for the device where readers would
 * @param patience   with a read of the device before the block is had from elsewhere
 * @param wrongContent told of a blob that turned out not to be what its digest promises: it must not be read any more
 */
public record DiskEnvironment(
        InstantSource clock,
        String bootId,
        RandomGenerator random,
        ScheduledExecutorService ticks,
        ScheduledExecutorService background,
        ThreadFactory writers,
        ThreadFactory readers,
        Duration patience,
        Consumer<Blob> wrongContent)
        implements AutoCloseable {

    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    /**
     * A disk that turns answers within 20 ms, a busy one within 50 ms; most sources begin to answer in less than another
     * 100 ms. So a read of a slow disk takes the time of the source and 100 ms.
     */
    private static final Duration PATIENCE = Duration.ofMillis(100);

    /** The real world: daemon threads of its own, which {@link #close} stops. */
    public static DiskEnvironment ofSystem(Consumer<Blob> wrongContent) throws IOException {
        return new DiskEnvironment(
                InstantSource.system(),
                currentBootId(),
                RandomGenerator.getDefault(),
                Executors.newSingleThreadScheduledExecutor(daemons("disk-tick")),
                Executors.newSingleThreadScheduledExecutor(daemons("disk-background")),
                daemons("disk-writer"),
                daemons("disk-read"),
                PATIENCE,
                wrongContent);
    }

    public static String currentBootId() throws IOException {
        return Files.readString(BOOT_ID).strip();
    }

    /** Stops the executors without waiting for what they do: it is all repeated after the next start. */
    @Override
    public void close() {
        ticks.shutdownNow();
        background.shutdownNow();
    }

    private static ThreadFactory daemons(String name) {
        return Thread.ofPlatform().daemon().name(name + "-", 0).factory();
    }
}
