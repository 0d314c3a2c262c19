package io.blobcache.node.source.directory;

import io.blobcache.node.model.BlobException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Runs system calls of virtual threads on platform threads. A virtual thread in a downcall holds its carrier, and there
 * are only as many of those as processors: a few slow reads of a network file system would stop everything else.
 *
 * <p>An interrupted caller still waits for the system call under way, because it writes into the caller's memory; the
 * next one is not made. A mount that hangs in the kernel hangs its caller: whoever waits for it has a deadline.
 */
final class Blocking implements AutoCloseable {
    private final ExecutorService threads;
    private final Semaphore permits;

    /** What to do; asks {@code stop} between system calls. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(AtomicBoolean stop) throws BlobException;
    }

    Blocking(int maxCalls) {
        this.threads = Executors.newFixedThreadPool(
                maxCalls,
                Thread.ofPlatform().daemon().name("source-directory-", 0).factory());
        this.permits = new Semaphore(maxCalls);
    }

    <T extends @Nullable Object> T call(String what, Work<T> work) throws BlobException {
        try {
            permits.acquire();
        } catch (InterruptedException e) {
            throw interrupted(what);
        }
        AtomicBoolean stop = new AtomicBoolean();
        try {
            if (!Thread.currentThread().isVirtual()) {
                return work.run(stop);
            }
            Callable<T> callable = () -> work.run(stop);
            return await(what, threads.submit(callable), stop);
        } finally {
            permits.release();
        }
    }

    private static <T extends @Nullable Object> T await(String what, Future<T> future, AtomicBoolean stop)
            throws BlobException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    T result = future.get();
                    if (interrupted) {
                        throw new BlobException.Interrupted(what + ": interrupted");
                    }
                    return result;
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop.set(true);
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BlobException failure) {
                throw failure;
            }
            throw new AssertionError(what, e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static BlobException.Interrupted interrupted(String what) {
        Thread.currentThread().interrupt();
        return new BlobException.Interrupted(what + ": interrupted");
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
