package io.blobcache.node.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Reads every file of some trees through their mount, several at once, so that they are cached. */
final class Warming {
    private static final int READ_BYTES = 1 << 20;

    private final int jobs;
    private final Path ours;
    private final BiConsumer<Path, IOException> failed;
    private final Runnable progress;
    private final Semaphore turns;
    private final AtomicLong files = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong seenBytes = new AtomicLong();

    /**
     * @param ours     is not walked into unless it is asked for
     * @param failed   told of each file that could not be read; from any thread
     * @param progress told now and then; from any thread
     */
    Warming(int jobs, Path ours, BiConsumer<Path, IOException> failed, Runnable progress) {
        this.jobs = jobs;
        this.ours = ours;
        this.failed = failed;
        this.progress = progress;
        this.turns = new Semaphore(2 * jobs);
    }

    long files() {
        return files.get();
    }

    long failures() {
        return failures.get();
    }

    long readBytes() {
        return readBytes.get();
    }

    /** Of the files that were found so far. */
    long seenBytes() {
        return seenBytes.get();
    }

    /** Walks and reads; links are not followed. */
    void read(Iterable<Path> roots) throws IOException, InterruptedException {
        try (ExecutorService threads = Executors.newFixedThreadPool(jobs)) {
            for (Path root : roots) {
                walk(root, threads);
            }
        }
    }

    private void walk(Path root, ExecutorService threads) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
                return directory.equals(ours) && !directory.equals(root)
                        ? FileVisitResult.SKIP_SUBTREE
                        : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    seenBytes.addAndGet(attributes.size());
                    turns.acquireUninterruptibly();
                    threads.execute(() -> readAndLeave(file));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                fail(file, e);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e) {
                if (e != null) {
                    fail(directory, e);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private void readAndLeave(Path file) {
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(READ_BYTES);
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                readBytes.addAndGet(read);
                buffer.clear();
                progress.run();
            }
            files.incrementAndGet();
        } catch (IOException e) {
            fail(file, e);
        } finally {
            turns.release();
        }
    }

    private void fail(Path file, IOException e) {
        failures.incrementAndGet();
        failed.accept(file, e);
    }
}
