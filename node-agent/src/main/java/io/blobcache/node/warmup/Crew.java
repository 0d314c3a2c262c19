package io.blobcache.node.warmup;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Tasks that run at once, no more than there are places; whoever hands in one more waits. Closing waits for all. */
final class Crew implements AutoCloseable {
    private final Semaphore places;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("warmup-", 0).factory());

    /** @param places may be shared by several crews */
    Crew(Semaphore places) {
        this.places = places;
    }

    void hand(Runnable task) throws InterruptedException {
        places.acquire();
        threads.execute(() -> {
            try {
                task.run();
            } finally {
                places.release();
            }
        });
    }

    /** Interrupts what is under way. */
    void cancel() {
        threads.shutdownNow();
    }

    /** If this thread is interrupted the tasks are too, and it still is afterwards. */
    @Override
    public void close() {
        threads.close();
    }
}
