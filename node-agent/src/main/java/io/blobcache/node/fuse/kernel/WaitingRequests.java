package io.blobcache.node.fuse.kernel;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * The requests that wait, found by their unique for an interrupt. At {@link #MAX_WAITING} the next one waits on the
 * thread that took it from the kernel, until another has ended. Thread-safe.
 *
 * <p>An interrupt may overtake the request it is meant for, between two threads that read from the kernel. It is then
 * remembered until the request comes. (Answering EAGAIN, as the protocol also allows, would have the kernel send it
 * again at once, and so on in a circle.)
 */
final class WaitingRequests {
    /** Each takes a small virtual thread and a copy of its request, about 2 KiB: 8 MiB in all. */
    static final int MAX_WAITING = 4096;

    /** Only as many can be early as there are threads that read; the rest came too late and are pushed out. */
    private static final int MAX_EARLY = 256;

    private final Executor executor;
    private final Semaphore free = new Semaphore(MAX_WAITING);
    private final ConcurrentHashMap<Long, WaitingRequest> byUnique = new ConcurrentHashMap<>();
    private final Deque<Long> early = new ArrayDeque<>();

    /** @param executor runs each on a thread of its own, as many as there are */
    WaitingRequests(Executor executor) {
        this.executor = executor;
    }

    void start(WaitingRequest request, Consumer<WaitingRequest> work) {
        free.acquireUninterruptibly();
        byUnique.put(request.unique(), request);
        if (takeEarly(request.unique())) {
            request.interrupt();
        }
        try {
            executor.execute(() -> {
                try {
                    work.accept(request);
                } finally {
                    end(request);
                }
            });
        } catch (RuntimeException | Error e) {
            end(request);
            throw e;
        }
    }

    void interrupt(long unique) {
        WaitingRequest request = byUnique.get(unique);
        if (request == null) {
            addEarly(unique);
            // It may have come meanwhile, and looked before we had added.
            request = byUnique.get(unique);
        }
        if (request != null) {
            request.interrupt();
        }
    }

    Collection<WaitingRequest> all() {
        return Collections.unmodifiableCollection(byUnique.values());
    }

    private void end(WaitingRequest request) {
        byUnique.remove(request.unique(), request);
        free.release();
    }

    private void addEarly(long unique) {
        synchronized (early) {
            if (early.size() == MAX_EARLY) {
                early.removeFirst();
            }
            early.addLast(unique);
        }
    }

    private boolean takeEarly(long unique) {
        synchronized (early) {
            return early.remove(unique);
        }
    }
}
