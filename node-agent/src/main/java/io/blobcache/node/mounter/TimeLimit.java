package io.blobcache.node.mounter;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Calls what may touch a mount that answers no more: such a system call cannot be interrupted, so it gets a thread of
 * its own, and whoever waits for it goes on after a limit. The thread ends when the call does.
 */
public final class TimeLimit {
    private TimeLimit() {}

    /**
     * @param what for the message and the thread's name, such as {@code "stat of /mnt"}
     * @throws IOException what the call threw, or that it did not return within {@code limit}
     */
    public static <T> T call(String what, Duration limit, Callable<T> call) throws IOException {
        FutureTask<T> task = new FutureTask<>(call);
        Thread.ofPlatform().daemon().name("limited: " + what).start(task);
        try {
            return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IOException("%s did not return within %d ms".formatted(what, limit.toMillis()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted in " + what);
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(what + " failed", e.getCause());
        }
    }
}
