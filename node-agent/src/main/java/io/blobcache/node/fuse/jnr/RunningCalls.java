package io.blobcache.node.fuse.jnr;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The threads that are in a call of libfuse, so that closing can end those that wait. Thread-safe. */
final class RunningCalls {
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;

    void entered() {
        threads.add(Thread.currentThread());
        if (ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Clears the interrupt: libfuse uses the thread again. */
    @SuppressWarnings("ThreadInterruptedNotIgnored")
    void left() {
        threads.remove(Thread.currentThread());
        if (ending) {
            Thread.interrupted();
        }
    }

    boolean ending() {
        return ending;
    }

    /** Interrupts every call that is in progress and each one that comes. */
    void end() {
        ending = true;
        threads.forEach(Thread::interrupt);
    }
}
