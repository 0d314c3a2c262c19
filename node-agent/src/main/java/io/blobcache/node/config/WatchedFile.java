package io.blobcache.node.config;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Looks at a file every so often and has it taken when it changed. Asking is robust where notification is not: a ConfigMap
 * is exchanged by a link two directories above, an editor renames.
 *
 * <p>A file is taken when it has stood still from one look to the next, so that half a file is not taken for a whole one.
 * One that is refused changes nothing: every problem is logged, once for each state of the file. One that cannot be read
 * is tried again at each look.
 */
public final class WatchedFile implements AutoCloseable {
    /** One stat(2) every two seconds costs nothing; a change is in force after four at most. */
    public static final Duration PERIOD = Duration.ofSeconds(2);

    private final Path file;
    private final String what;
    private final Logger log;
    private final Taker taker;
    private final Thread thread;

    @GuardedBy("this")
    private @Nullable Stamp read;

    @GuardedBy("this")
    private @Nullable Stamp seen;

    @GuardedBy("this")
    private @Nullable Stamp unreadable;

    /** Changes whenever the file does, as far as a stat can tell. */
    private record Stamp(Object identity, long modifiedNanos, long bytes) {}

    /** Reads the file and puts it in force; called by one thread at a time. */
    @FunctionalInterface
    public interface Taker {
        /**
         * @throws InvalidConfigException if the file is refused; any other unchecked exception refuses it too
         * @throws IOException if it cannot be read
         */
        void take() throws IOException;
    }

    /** @param what is watched, for the log: "configuration" */
    public WatchedFile(Path file, String what, Logger log, Duration period, Taker taker) {
        this.file = file;
        this.what = what;
        this.log = log;
        this.taker = taker;
        this.thread =
                Thread.ofVirtual().name(what.replace(' ', '-') + "-watcher").unstarted(() -> watch(period));
    }

    /** The file as it is now has been taken by somebody else. Without this the first that stands still is taken. */
    public synchronized void markTaken() {
        read = stamp();
    }

    public void start() {
        thread.start();
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

    /** One look at the file: the watcher's thread does so every period. */
    public synchronized void look() {
        Stamp now = stamp();
        boolean stands = Objects.equals(now, seen);
        seen = now;
        if (!stands || Objects.equals(now, read)) {
            return;
        }
        read = now;
        if (now == null) {
            log.atWarn().addKeyValue("file", file).log(what + " file is gone; the last one stays in force");
            return;
        }
        try {
            taker.take();
        } catch (InvalidConfigException e) {
            for (Problem problem : e.problems()) {
                log.atError()
                        .addKeyValue("file", file)
                        .addKeyValue("problem", problem.text())
                        .log(what + " not taken; the last one stays in force");
            }
        } catch (IOException e) {
            complain(now, e);
        } catch (RuntimeException e) {
            log.atError().addKeyValue("file", file).setCause(e).log(what + " not taken; the last one stays in force");
        }
    }

    /** Once for each state of the file; and the next look tries again. */
    @GuardedBy("this")
    private void complain(Stamp now, IOException cause) {
        if (!now.equals(unreadable)) {
            log.atError().addKeyValue("file", file).setCause(cause).log(what + " file cannot be read");
        }
        unreadable = now;
        read = null;
    }

    private @Nullable Stamp stamp() {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object identity = attributes.fileKey() == null ? file : attributes.fileKey();
            return new Stamp(identity, attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS), attributes.size());
        } catch (IOException _) {
            return null;
        }
    }
}
