package io.blobcache.node.mesh.client;

import io.blobcache.node.buffer.BlockLease;
import io.blobcache.node.buffer.BufferPool;
import io.blobcache.node.metrics.PeerCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import io.blobcache.node.model.NanoClock;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Asks a second peer when the first takes longer than usual, and takes whose block comes first. The second is asked only
 * for what it holds: an owner that waits for the source must not be the reason why the source is read twice. The second
 * answer goes to a buffer of its own; without a spare one there is no second request.
 */
final class Hedging {
    private final Asking asking;
    private final BufferPool pool;
    private final Executor threads;
    private final PeerCounters counters;
    private final NanoClock clock;

    /** @param threads that may wait */
    Hedging(Asking asking, BufferPool pool, Executor threads, PeerCounters counters, NanoClock clock) {
        this.asking = asking;
        this.pool = pool;
        this.threads = threads;
        this.counters = counters;
        this.clock = clock;
    }

    /**
     * Asks the first, and the second if that takes long; {@code into} is not written to after the return.
     *
     * @return the first's answer, or that the block is here
     */
    Answer ask(Peer first, Peer second, Blob blob, BlockKey key, MemorySegment into) throws BlobException {
        // Its own object: the thread has to be known to have ended before the place is somebody else's.
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        Future<?> running = start(answer, first, () -> asking.ask(first, blob, key, into, false));
        try {
            return isThereAfter(answer, asking.usualNanos())
                    ? answer.get()
                    : hedged(second, blob, key, into, answer, running);
        } catch (InterruptedException e) {
            end(running, answer);
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    private Answer hedged(
            Peer second,
            Blob blob,
            BlockKey key,
            MemorySegment into,
            CompletableFuture<Answer> answer,
            Future<?> running)
            throws BlobException {
        BlockLease spare = pool.acquireSpare(key.lengthBytes());
        if (spare == null) {
            return await(answer, running);
        }
        try (spare) {
            if (!second.mayBeAsked()) {
                return await(answer, running);
            }
            CompletableFuture<Answer> other = new CompletableFuture<>();
            Future<?> hedge = start(other, second, () -> asking.ask(second, blob, key, spare.buffer(), true));
            try {
                CompletableFuture<Boolean> won = other.handle((came, _) -> came instanceof Answer.Here)
                        .applyToEither(answer.handle((_, _) -> false), Function.identity());
                if (won.get()) {
                    end(running, answer);
                    MemorySegment.copy(spare.buffer(), 0, into, 0, key.lengthBytes());
                    counters.hedgesWon.increment();
                    return other.get();
                }
                Answer own = await(answer, running);
                counters.hedgesLost.increment();
                return own;
            } catch (InterruptedException e) {
                end(running, answer);
                Thread.currentThread().interrupt();
                throw new BlobException.Interrupted("the request to a peer was given up");
            } catch (ExecutionException e) {
                throw unwrapped(e);
            } finally {
                end(hedge, other);
            }
        }
    }

    /** Waits for an answer, so long. */
    private boolean isThereAfter(CompletableFuture<Answer> answer, long nanos) throws InterruptedException {
        ReentrantLock lock = new ReentrantLock();
        Condition here = lock.newCondition();
        CompletableFuture<Void> _ = answer.handle((_, _) -> {
            lock.lock();
            try {
                here.signal();
            } finally {
                lock.unlock();
            }
            return null;
        });
        lock.lockInterruptibly();
        try {
            for (long left = nanos; left > 0 && !answer.isDone(); ) {
                left = clock.await(lock, here, left);
            }
            return answer.isDone();
        } finally {
            lock.unlock();
        }
    }

    @FunctionalInterface
    private interface Ask {
        Answer ask() throws BlobException;
    }

    private Future<?> start(CompletableFuture<Answer> answer, Peer peer, Ask ask) {
        AtomicBoolean begun = new AtomicBoolean();
        FutureTask<Void> task = new FutureTask<>(() -> begin(begun, answer, ask)) {
            @Override
            protected void done() {
                // Given up before it began, it never does: nobody else would answer, and whoever ends it waits.
                if (begun.compareAndSet(false, true)) {
                    peer.gaveUp();
                    answer.complete(new Answer.Failed("given up before it was asked"));
                }
            }
        };
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
            task.cancel(false); // This agent is closing.
        }
        return task;
    }

    private static @Nullable Void begin(AtomicBoolean begun, CompletableFuture<Answer> answer, Ask ask) {
        if (begun.compareAndSet(false, true)) {
            try {
                answer.complete(ask.ask());
            } catch (BlobException | RuntimeException | Error e) {
                answer.completeExceptionally(e);
            }
        }
        return null;
    }

    /** Waits until the first has answered or given up, both of which its time limits see to. */
    private static Answer await(CompletableFuture<Answer> answer, Future<?> running) throws BlobException {
        try {
            return answer.get();
        } catch (InterruptedException e) {
            end(running, answer);
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the request to a peer was given up");
        } catch (ExecutionException e) {
            throw unwrapped(e);
        }
    }

    /** Makes it give up, and waits until it has: from then on it writes nothing. It answers at once. */
    private static void end(Future<?> running, CompletableFuture<Answer> answer) {
        running.cancel(true);
        try {
            answer.handle((_, _) -> true).join();
        } catch (CompletionException e) {
            throw new IllegalStateException("a handled future has no failure", e);
        }
    }

    private static BlobException unwrapped(ExecutionException e) {
        return switch (e.getCause()) {
            case BlobException failure -> failure;
            case RuntimeException bug -> throw bug;
            case Error bug -> throw bug;
            case null, default -> new BlobException.Unavailable("the request to a peer failed", e);
        };
    }
}
