package io.blobcache.node.source;

import io.blobcache.node.model.BlobException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Checks several sources at once, of which one is enough. */
final class FirstAnswer {
    private final List<Source> sources;

    /** Whether a source succeeded, in the order in which they end. */
    private final BlockingQueue<Boolean> ended;

    private final AtomicReferenceArray<BlobException> failures;

    FirstAnswer(List<Source> sources) {
        this.sources = sources;
        this.ended = new ArrayBlockingQueue<>(sources.size());
        this.failures = new AtomicReferenceArray<>(sources.size());
    }

    /**
     * Returns when all have ended, or one has succeeded and the patience with the others is over. These go on by themselves,
     * within their own time limits.
     *
     * @throws BlobException what the first of the list failed with, if all fail
     */
    void await(Duration patience) throws BlobException {
        for (int i = 0; i < sources.size(); i++) {
            int index = i;
            Thread.ofVirtual().name("source-check").start(() -> check(index));
        }
        try {
            for (int left = sources.size(); left > 0; left--) {
                if (ended.take()) {
                    awaitOthers(left - 1, patience);
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("checking the sources");
        }
        BlobException first = failures.get(0);
        throw first != null ? first : new BlobException.Unavailable("a check of a source broke off", null);
    }

    private void awaitOthers(int others, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        for (int left = others; left > 0; left--) {
            if (ended.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS) == null) {
                return;
            }
        }
    }

    private void check(int index) {
        boolean succeeded = false;
        try {
            sources.get(index).check();
            succeeded = true;
        } catch (BlobException e) {
            failures.set(index, e);
        } finally {
            ended.add(succeeded);
        }
    }
}
