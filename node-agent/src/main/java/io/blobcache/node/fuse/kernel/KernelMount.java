package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseMount;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.FuseDevice;
import io.blobcache.node.mounter.MountException;
import io.blobcache.node.mounter.MountException.Reason;
import io.blobcache.node.mounter.Mounter;
import io.blobcache.node.mounter.TimeLimit;
import io.blobcache.node.posix.Posix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount served over {@code /dev/fuse}: the connection's threads and their end. Several threads read from the one
 * descriptor; the kernel gives each request to one of them.
 */
public final class KernelMount implements FuseMount {
    private static final Logger LOG = LoggerFactory.getLogger(KernelMount.class);

    /** From mount(2) to the first answer: milliseconds, unless the machine is starved. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(10);

    /** How long the threads may take to notice that the mount is gone. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    /** How often the deadline of waiting requests is looked at: the most by which it is overrun. */
    private static final Duration DEADLINE_PERIOD = Duration.ofMillis(500);

    private final Mounter mounter;
    private final FuseDevice device;
    private final FuseConfig config;
    private final Handshake handshake;
    private final FuseSession session;
    private final FramePool frames = new FramePool();
    private final ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch unmounted;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KernelMount(
            FuseFileSystem fileSystem, FuseConfig config, Mounter mounter, FuseDevice device, FuseCounters counters) {
        this.mounter = mounter;
        this.device = device;
        this.config = config;
        this.handshake = new Handshake(config);
        BackingFiles backingFiles = new BackingFiles(mounter, device);
        this.session = new FuseSession(
                new DeviceChannel(device.fd()),
                handshake,
                new FuseOperations(fileSystem, config, handshake, backingFiles),
                new WaitingRequests(waiters),
                frames,
                new Undo(fileSystem, backingFiles),
                counters);
        this.unmounted = new CountDownLatch(config.readerThreads());
    }

    /**
     * Mounts and serves; returns when the mount answers.
     *
     * @param name what mount(8) shows as the device
     * @throws MountException with reason and remedy; nothing is mounted then
     */
    public static KernelMount mount(
            FuseFileSystem fileSystem,
            FuseConfig config,
            Mounter mounter,
            Path directory,
            String name,
            FuseCounters counters)
            throws IOException {
        KernelMount mount = new KernelMount(fileSystem, config, mounter, mounter.mount(directory, name), counters);
        try {
            mount.start();
            mount.awaitAnswer();
            return mount;
        } catch (IOException | RuntimeException e) {
            mount.close();
            throw e;
        }
    }

    @Override
    public String transport() {
        return "kernel";
    }

    /** Whether the kernel reads backing files by itself. */
    public boolean hasPassthrough() {
        return handshake.hasPassthrough();
    }

    @Override
    public void awaitUnmount() throws InterruptedException {
        unmounted.await();
    }

    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            mounter.unmount(device);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", device.directory())
                    .setCause(e)
                    .log("unmounting failed");
        }
        waiters.shutdownNow();
        if (endWithin(END_LIMIT)) {
            Posix.close(device.fd());
            frames.close();
        } else {
            // A thread that still runs may yet write to the descriptor: its number must not be given to another file.
            LOG.atWarn().addKeyValue("directory", device.directory()).log("serving threads did not end; left behind");
        }
    }

    private void start() {
        for (int i = 0; i < config.readerThreads(); i++) {
            threads.add(Thread.ofPlatform().daemon().name("fuse-" + i).start(this::serve));
        }
        Thread.ofPlatform().daemon().name("fuse-deadline").start(this::watchDeadlines);
    }

    private void serve() {
        try (FuseFrame frame = new FuseFrame(Math.max(config.maxReadBytes(), Handshake.MAX_WRITE_BYTES))) {
            session.run(frame);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a thread that serves the mount ended by a bug");
            throw e;
        } finally {
            unmounted.countDown();
        }
    }

    private void watchDeadlines() {
        try {
            while (!unmounted.await(DEADLINE_PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                session.expire(System.nanoTime(), config.readDeadline());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitAnswer() throws IOException {
        Path directory = device.directory();
        try {
            if (!handshake.await(ANSWER_LIMIT.toNanos())) {
                throw new MountException(Reason.NO_ANSWER, "the kernel did not begin to talk to " + directory);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MountException(Reason.NO_ANSWER, "interrupted while mounting " + directory, e);
        }
        mounter.readAhead(device, config.readAheadBytes());
        try {
            TimeLimit.call(
                    "stat of " + directory,
                    ANSWER_LIMIT,
                    () -> Files.readAttributes(directory, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (IOException e) {
            throw new MountException(Reason.NO_ANSWER, directory + " was mounted but does not answer", e);
        }
    }

    private boolean endWithin(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (Thread thread : threads) {
                if (!thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    return false;
                }
            }
            return waiters.awaitTermination(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
