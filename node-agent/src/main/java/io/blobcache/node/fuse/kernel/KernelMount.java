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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
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

    /** How long the threads may take to notice that the mount is gone: they are woken, so milliseconds. */
    private static final Duration QUIET_END_LIMIT = Duration.ofSeconds(2);

    /** The same after an abort, and for what interrupted requests still have to put in order. */
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    private final Mounter mounter;
    private final FuseDevice device;
    private final FuseConfig config;
    private final Handshake handshake;
    private final FuseSession session;
    private final FramePool frames = new FramePool();
    private final ServingThreads threads;
    private final AtomicBoolean closed = new AtomicBoolean();

    private KernelMount(
            FuseFileSystem fileSystem,
            Supplier<FuseConfig> live,
            Mounter mounter,
            FuseDevice device,
            FuseCounters counters) {
        FuseConfig config = live.get();
        this.mounter = mounter;
        this.device = device;
        this.config = config;
        this.threads = new ServingThreads(config);
        this.handshake = new Handshake(config);
        BackingFiles backingFiles = new BackingFiles(mounter, device);
        this.session = new FuseSession(
                new DeviceChannel(device.fd()),
                handshake,
                new FuseOperations(fileSystem, live, handshake, backingFiles),
                new WaitingRequests(threads.waiters()),
                frames,
                new Undo(fileSystem, backingFiles),
                counters);
    }

    /**
     * Mounts and serves; returns when the mount answers.
     *
     * @param config asked at each answer for how long the kernel may believe it; the rest is settled now
     * @param name what mount(8) shows as the device
     * @throws MountException with reason and remedy; nothing is mounted then
     */
    public static KernelMount mount(
            FuseFileSystem fileSystem,
            Supplier<FuseConfig> config,
            Mounter mounter,
            Path directory,
            String name,
            FuseCounters counters)
            throws IOException {
        KernelMount mount = new KernelMount(fileSystem, config, mounter, mounter.mount(directory, name), counters);
        try {
            mount.threads.start(mount.session);
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

    @Override
    public boolean hasPassthrough() {
        return handshake.hasPassthrough();
    }

    @Override
    public boolean serving() {
        return threads.reading();
    }

    @Override
    public void awaitUnmount() throws InterruptedException {
        threads.awaitUnmount();
    }

    @Override
    public boolean unmountIfIdle() {
        try {
            return closed.get() || mounter.unmountIfIdle(device);
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", device.directory())
                    .setCause(e)
                    .log("cannot be unmounted yet");
            return false;
        }
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
        threads.interruptWaiters();
        boolean unread = threads.readersEndWithin(QUIET_END_LIMIT) || (abort() && threads.readersEndWithin(END_LIMIT));
        if (unread && threads.waitersEndWithin(END_LIMIT)) {
            Posix.close(device.fd());
            frames.close();
        } else {
            // A thread that still runs may yet write to the descriptor: its number must not be given to another file.
            LOG.atWarn().addKeyValue("directory", device.directory()).log("serving threads did not end; left behind");
        }
    }

    /** Threads that still read show that the connection lives: somebody unmounted it lazily and has files open. */
    private boolean abort() {
        try {
            mounter.abort(device);
            return true;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("directory", device.directory())
                    .setCause(e)
                    .log("ending the connection failed");
            return false;
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
}
