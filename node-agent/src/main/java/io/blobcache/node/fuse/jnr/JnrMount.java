package io.blobcache.node.fuse.jnr;

import com.github.benmanes.caffeine.cache.Ticker;
import io.blobcache.node.config.FuseConfig;
import io.blobcache.node.fuse.FuseFileSystem;
import io.blobcache.node.fuse.FuseMount;
import io.blobcache.node.metrics.FuseCounters;
import io.blobcache.node.mounter.MountException;
import io.blobcache.node.mounter.MountException.Reason;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A mount served by libfuse 2 through jnr-fuse: for machines on which {@code /dev/fuse} cannot be mounted directly.
 *
 * <p>libfuse's own loop runs on one thread of ours until the mount is gone. jnr-fuse's {@code mount} is not used: it
 * waits two seconds for the loop to fail, and leaves a shutdown hook behind with each mount.
 */
public final class JnrMount implements FuseMount {
    private static final Logger LOG = LoggerFactory.getLogger(JnrMount.class);

    /** The kernel's first request comes within a millisecond; a loaded machine may take a while to start threads. */
    private static final Duration MOUNT_LIMIT = Duration.ofSeconds(10);

    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);
    private static final Duration END_LIMIT = Duration.ofSeconds(5);

    /**
     * Keeps jffi from reaching native memory through sun.misc.Unsafe, at whose first use JDK 25 prints a warning. Read
     * once, when jffi is loaded; whoever sets it before us knows better.
     */
    private static final String NO_UNSAFE = "jffi.unsafe.disabled";

    private final MountedDirectory mountPoint;
    private final PathOperations operations;
    private final Thread loop;
    private final OptionalInt minor;
    private final AtomicBoolean closed = new AtomicBoolean();

    private JnrMount(MountedDirectory mountPoint, PathOperations operations, Thread loop, OptionalInt minor) {
        this.mountPoint = mountPoint;
        this.operations = operations;
        this.loop = loop;
        this.minor = minor;
    }

    /**
     * Mounts and serves; when it returns the mount answers.
     *
     * @param name what mount(8) shows as the device; without credentials
     * @throws MountException with the remedy in its message; nothing is left mounted
     */
    public static JnrMount mount(
            FuseFileSystem fileSystem, FuseConfig config, Path directory, String name, FuseCounters counters)
            throws IOException {
        MountedDirectory mountPoint = MountedDirectory.check(directory);
        PathFileSystem paths = new PathFileSystem(fileSystem, config.entryTimeout(), Ticker.systemTicker());
        PathOperations operations = load(paths, counters);
        String[] arguments = MountArguments.of(config, mountPoint.directory(), name, mayShowAll());
        Thread loop =
                Thread.ofPlatform().daemon().name("fuse-jnr").unstarted(() -> serve(operations, paths, arguments));
        loop.start();
        if (!answers(operations, loop)) {
            mountPoint.detach();
            throw new MountException(
                    Reason.REFUSED,
                    "libfuse could not mount %s (its own message is on stderr): it needs CAP_SYS_ADMIN, or the program"
                                    .formatted(directory)
                            + " fusermount (apt-get install fuse)");
        }
        return new JnrMount(mountPoint, operations, loop, mountPoint.minor());
    }

    @Override
    public String transport() {
        return "jnr";
    }

    /** libfuse 2 does not know it. */
    @Override
    public boolean hasPassthrough() {
        return false;
    }

    @Override
    public boolean serving() {
        return loop.isAlive();
    }

    @Override
    public void awaitUnmount() throws InterruptedException {
        loop.join();
    }

    @Override
    public boolean unmountIfIdle() {
        return !loop.isAlive() || mountPoint.unmountIfIdle();
    }

    /**
     * Ends within ten seconds, whatever the file system and the readers do: requests under way have two seconds to be
     * answered, then they fail. What a reader has left open answers ENOTCONN from then on.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        if (loop.isAlive()) {
            operations.stop();
            // The loop looks whether to stop after each request: here is one.
            Thread.ofPlatform().daemon().name("fuse-jnr-wake").start(mountPoint::wake);
            await(loop, ANSWER_LIMIT);
        }
        if (loop.isAlive()) {
            operations.running().end();
            mountPoint.detach();
            MountedDirectory.abort(minor);
            await(loop, END_LIMIT);
        }
        if (loop.isAlive()) {
            LOG.atWarn().addKeyValue("directory", mountPoint.directory()).log("serving threads did not end");
        }
    }

    private static PathOperations load(PathFileSystem paths, FuseCounters counters) throws IOException {
        if (System.getProperty(NO_UNSAFE) == null) {
            System.setProperty(NO_UNSAFE, "true");
        }
        try {
            return new PathOperations(paths, counters);
        } catch (LinkageError e) {
            throw new MountException(Reason.REFUSED, "libfuse 2 not found: install it (apt-get install libfuse2)", e);
        }
    }

    private static void serve(PathOperations operations, PathFileSystem paths, String[] arguments) {
        try {
            int status = operations.serve(arguments);
            LOG.atDebug().addKeyValue("status", status).log("libfuse ended");
        } finally {
            paths.close();
        }
    }

    /** Waits until the kernel has asked its first question, or libfuse has given up. */
    private static boolean answers(PathOperations operations, Thread loop) throws IOException {
        long deadline = System.nanoTime() + MOUNT_LIMIT.toNanos();
        try {
            while (System.nanoTime() < deadline && loop.isAlive()) {
                if (operations.initialized().await(10, TimeUnit.MILLISECONDS)) {
                    return true;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while mounting");
        }
        return operations.initialized().getCount() == 0;
    }

    /** Root may always; for a user libfuse refuses to mount at all unless fuse.conf says {@code user_allow_other}. */
    private static boolean mayShowAll() throws IOException {
        if (Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0)) {
            return true;
        }
        Path configuration = Path.of("/etc/fuse.conf");
        return Files.isReadable(configuration)
                && Files.readAllLines(configuration).stream().map(String::strip).anyMatch("user_allow_other"::equals);
    }

    /** Joins within a limit; being interrupted ends the waiting only. */
    private static void await(Thread thread, Duration limit) {
        try {
            thread.join(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
