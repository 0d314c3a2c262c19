package io.blobcache.node.fuse.kernel;

import io.blobcache.node.config.FuseConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads of one connection: readers that take requests from the kernel until the mount is gone, one that watches
 * the deadline of waiting requests, and a virtual one per waiting request.
 */
final class ServingThreads {
    private static final Logger LOG = LoggerFactory.getLogger(ServingThreads.class);

    /** How often the deadline of waiting requests is looked at: the most by which it is overrun. */
    private static final Duration DEADLINE_PERIOD = Duration.ofMillis(500);

    private final FuseConfig config;
    private final ExecutorService waiters = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Thread> readers = new ArrayList<>();
    private final CountDownLatch reading;

    ServingThreads(FuseConfig config) {
        this.config = config;
        this.reading = new CountDownLatch(config.readerThreads());
    }

    /** Runs waiting requests. */
    ExecutorService waiters() {
        return waiters;
    }

    void start(FuseSession session) {
        for (int i = 0; i < config.readerThreads(); i++) {
            readers.add(Thread.ofPlatform().daemon().name("fuse-" + i).start(() -> read(session)));
        }
        Thread.ofPlatform().daemon().name("fuse-deadline").start(() -> watchDeadlines(session));
    }

    /** Whether a thread still reads requests. */
    boolean reading() {
        return reading.getCount() > 0;
    }

    /** Waits until no thread reads any more. */
    void awaitUnmount() throws InterruptedException {
        reading.await();
    }

    boolean readersEndWithin(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        try {
            for (Thread reader : readers) {
                if (!reader.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    return false;
                }
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** What waits is to end, and nothing waits any more. */
    void interruptWaiters() {
        waiters.shutdownNow();
    }

    boolean waitersEndWithin(Duration limit) {
        try {
            return waiters.awaitTermination(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void read(FuseSession session) {
        try (FuseFrame frame = new FuseFrame(Math.max(config.maxReadBytes(), Handshake.MAX_WRITE_BYTES))) {
            session.run(frame);
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("a thread that serves the mount ended by a bug");
            throw e;
        } finally {
            reading.countDown();
        }
    }

    private void watchDeadlines(FuseSession session) {
        try {
            while (!reading.await(DEADLINE_PERIOD.toMillis(), TimeUnit.MILLISECONDS)) {
                session.expire(System.nanoTime(), config.readDeadline());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
