package io.blobcache.node.mesh.content;

import io.blobcache.node.mesh.client.ContentFailure;
import io.blobcache.node.mesh.client.ContentPeers;
import io.blobcache.node.mesh.members.Members;
import io.blobcache.node.metrics.StoreCounters;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.store.ContentReader;
import io.blobcache.node.store.ContentStore;
import java.time.Duration;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a copy of each content that is stored here to its owner. What fails at first is tried again in the background,
 * so many times, for so many contents; what is still owed then, when the agent is started the next time. Thread-safe.
 */
final class Replicator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Replicator.class);

    /** One after the other; more are given up at once. */
    private static final int MAX_WAITING = 1024;

    /** 1 s, 2 s, 4 s up to 5 min: about an hour in all. */
    private static final int MAX_ATTEMPTS = 20;

    /** It waits for nothing that cannot be interrupted but the disk. */
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

    private static final Duration MIN_PAUSE = Duration.ofSeconds(1);
    private static final Duration MAX_PAUSE = Duration.ofMinutes(5);

    private final ContentStore store;
    private final ContentPeers peers;
    private final Supplier<Members> members;
    private final StoreCounters counters;
    private final LongSupplier nanoTime;
    private final DelayQueue<Attempt> waiting = new DelayQueue<>();
    private final AtomicInteger waitingCount = new AtomicInteger();
    private final Thread thread;

    private Replicator(
            ContentStore store,
            ContentPeers peers,
            Supplier<Members> members,
            StoreCounters counters,
            LongSupplier nanoTime) {
        this.store = store;
        this.peers = peers;
        this.members = members;
        this.counters = counters;
        this.nanoTime = nanoTime;
        this.thread = Thread.ofVirtual().name("replicator").unstarted(this::tryAgain);
    }

    /** @param members those of now; who the owner is cannot be said while there are none */
    static Replicator start(
            ContentStore store,
            ContentPeers peers,
            Supplier<Members> members,
            StoreCounters counters,
            LongSupplier nanoTime) {
        Replicator replicator = new Replicator(store, peers, members, counters, nanoTime);
        store.owed().all().forEach(digest -> replicator.later(digest, 1));
        replicator.thread.start();
        return replicator;
    }

    /** When it returns, the owner has the content durably, or did not take it and will be asked again, by the next process too. */
    void replicate(String digest) {
        if (!attempt(digest) && later(digest, 1)) {
            store.owed().owe(digest);
        }
    }

    /** Contents whose owner does not have them yet. */
    int waiting() {
        return waitingCount.get();
    }

    /** What is under way is given up, and holds nothing when this returns. */
    @Override
    public void close() {
        thread.interrupt();
        try {
            if (!thread.join(CLOSE_PATIENCE)) {
                LOG.atWarn().log("a copy for its owner does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean attempt(String digest) {
        if (!peers.ownedByAnother(digest)) {
            return true;
        }
        try (ContentReader content = store.read(digest)) {
            peers.give(digest, content);
            counters.replicated.increment();
            return true;
        } catch (ContentFailure | BlobException e) {
            counters.replicationsFailed.increment();
            LOG.atWarn()
                    .addKeyValue("digest", digest)
                    .addKeyValue("reason", e.getMessage())
                    .log("the owner does not have this content yet");
            return false;
        }
    }

    /** @return whether it is tried again; what was owed and is not, is when the next process starts */
    private boolean later(String digest, int attempts) {
        if (attempts >= MAX_ATTEMPTS || waitingCount.incrementAndGet() > MAX_WAITING) {
            if (attempts < MAX_ATTEMPTS) {
                waitingCount.decrementAndGet();
            }
            counters.replicationsGivenUp.increment();
            LOG.atWarn().addKeyValue("digest", digest).log("content stays on this agent only");
            return false;
        }
        Duration pause = MIN_PAUSE.multipliedBy(1L << Math.min(attempts - 1, 10));
        long dueNanos = nanoTime.getAsLong() + (pause.compareTo(MAX_PAUSE) < 0 ? pause : MAX_PAUSE).toNanos();
        return waiting.add(new Attempt(digest, attempts, dueNanos, nanoTime));
    }

    private void tryAgain() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Attempt due = waiting.take();
                waitingCount.decrementAndGet();
                if (!members.get().all().isEmpty() && attempt(due.digest())) {
                    store.owed().settle(due.digest());
                } else {
                    later(due.digest(), due.attempts() + 1);
                }
            }
        } catch (InterruptedException _) {
            // The agent is closing.
        }
    }

    private record Attempt(String digest, int attempts, long dueNanos, LongSupplier nanoTime) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNanos - nanoTime.getAsLong(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}
