package io.blobcache.node.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at the configuration file of a running agent every so often and hands on what changed. Asking is robust where
 * notification is not: a ConfigMap is exchanged by a link two directories above, an editor renames.
 *
 * <p>A bad file changes nothing: the last good configuration stays in force and every problem is logged, once for each
 * state of the file. A file is read when it has stood still from one look to the next, so that half a file is not taken
 * for a whole one.
 */
public final class ConfigWatcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConfigWatcher.class);

    /** One stat(2) every two seconds costs nothing; a change is in force after four at most. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private final Path file;
    private final Consumer<ConfigChange> listener;
    private final Thread thread;

    @GuardedBy("this")
    private AgentConfig inForce;

    @GuardedBy("this")
    private @Nullable Stamp read;

    @GuardedBy("this")
    private @Nullable Stamp seen;

    /** Changes whenever the file does, as far as a stat can tell. */
    private record Stamp(Object identity, long modifiedNanos, long bytes) {}

    /**
     * @param inForce  what was loaded from {@code file} at the start
     * @param listener told of each change from the watcher's thread; what it throws is logged and the change counts as
     *                 not taken
     */
    public ConfigWatcher(Path file, AgentConfig inForce, Duration period, Consumer<ConfigChange> listener) {
        this.file = file;
        this.inForce = inForce;
        this.listener = listener;
        this.read = stamp();
        this.thread = Thread.ofVirtual().name("config-watcher").unstarted(() -> watch(period));
    }

    public void start() {
        thread.start();
    }

    /** What the agent runs with now. */
    public synchronized AgentConfig inForce() {
        return inForce;
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void watch(Duration period) {
        try {
            while (true) {
                Thread.sleep(period);
                look();
            }
        } catch (InterruptedException _) {
            // Closed: nothing is left to do.
            return;
        }
    }

    /** One look at the file. */
    synchronized void look() {
        Stamp now = stamp();
        boolean stands = Objects.equals(now, seen);
        seen = now;
        if (!stands || Objects.equals(now, read)) {
            return;
        }
        read = now;
        if (now == null) {
            LOG.atWarn().addKeyValue("file", file).log("configuration file is gone; the last one stays in force");
            return;
        }
        try {
            apply(ConfigChange.between(inForce, ConfigLoader.load(file)));
        } catch (InvalidConfigException e) {
            for (Problem problem : e.problems()) {
                LOG.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("problem", problem.text())
                        .log("configuration not taken; the last one stays in force");
            }
        } catch (IOException e) {
            LOG.atError().addKeyValue("file", file).setCause(e).log("configuration file cannot be read");
        }
    }

    @GuardedBy("this")
    private void apply(ConfigChange change) {
        for (String key : change.restart()) {
            LOG.atWarn().addKeyValue("key", key).log("changed, but needs a restart of the agent");
        }
        if (change.live().isEmpty()) {
            return;
        }
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("configuration not taken; the last one stays in force");
            return;
        }
        inForce = change.config();
        LOG.atInfo().addKeyValue("keys", change.live()).log("configuration changed");
    }

    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object identity = attributes.fileKey() == null ? file : attributes.fileKey();
            long nanos = attributes.lastModifiedTime().to(java.util.concurrent.TimeUnit.NANOSECONDS);
            return new Stamp(identity, nanos, attributes.size());
        } catch (IOException _) {
            return null;
        }
    }
}
