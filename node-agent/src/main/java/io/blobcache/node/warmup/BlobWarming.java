package io.blobcache.node.warmup;

import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.Pace;
import io.blobcache.node.tier.BlobBlocks;
import io.blobcache.node.tier.TierFill.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Brings this agent's part of one blob into the disk tier. */
final class BlobWarming {
    /** For a buffer, for somebody else's fetch, for the disk to write: readers may keep all of them for a while. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    /** No block takes so long at any bandwidth that one may set. */
    private static final Duration LONGEST_TURN = Duration.ofDays(365);

    private final WarmupParts parts;
    private final Pace pace;
    private final BlobBlocks blocks;
    private final boolean whole;
    private final LongConsumer there;
    private final LongConsumer fetched;

    private final LongAdder counted = new LongAdder();

    /** Of the first block that could not be had. */
    private final AtomicReference<@Nullable BlobException> failure = new AtomicReference<>();

    /**
     * @param whole   whether all blocks are wanted, and not only this agent's own
     * @param there   told of the bytes of each block that is in the tier, and of all of them as negative if it fails; from
     *                any thread
     * @param fetched told of the bytes of each block that was fetched
     */
    BlobWarming(
            WarmupParts parts, Pace pace, BlobBlocks blocks, boolean whole, LongConsumer there, LongConsumer fetched) {
        this.parts = parts;
        this.pace = pace;
        this.blocks = blocks;
        this.whole = whole;
        this.there = there;
        this.fetched = fetched;
    }

    /** Bytes of the part. */
    long bytes() {
        long bytes = 0;
        for (int index = 0; index < blocks.count(); index++) {
            bytes += wanted(index) ? blocks.key(index).lengthBytes() : 0;
        }
        return bytes;
    }

    /** When it returns the part is there. */
    void run() throws BlobException, InterruptedException {
        try (Crew crew = new Crew(parts.fetches())) {
            try {
                for (int index = 0; index < blocks.count() && failure.get() == null; index++) {
                    if (wanted(index)) {
                        begin(crew, index);
                    }
                }
            } catch (InterruptedException e) {
                crew.cancel();
                throw e;
            }
        }
        if (Thread.interrupted()) {
            throw new InterruptedException("the warmup was ended");
        }
        BlobException reason = failure.get();
        if (reason != null) {
            there.accept(-counted.sum()); // The next attempt counts them anew.
            throw reason;
        }
    }

    private boolean wanted(int index) {
        return whole || parts.share().owns(blocks.blob(), blocks.offsetOf(index));
    }

    private void begin(Crew crew, int index) throws InterruptedException {
        int length = blocks.key(index).lengthBytes();
        if (parts.fill().holds(blocks, index)) {
            count(length);
            return;
        }
        // Before it takes a place, which another warmup may have use for meanwhile.
        parts.clock().sleep(pace.nanosUntilTurn(length, LONGEST_TURN).orElse(0));
        crew.hand(() -> bring(index));
    }

    private void bring(int index) {
        try {
            fill(index);
            count(blocks.key(index).lengthBytes());
        } catch (BlobException e) {
            failure.compareAndSet(null, e);
        } catch (InterruptedException _) {
            failure.compareAndSet(null, new BlobException.Interrupted("the warmup was ended"));
        } catch (RuntimeException | Error e) {
            failure.compareAndSet(null, new BlobException.Unavailable("warming failed: " + e, e));
            throw e;
        }
    }

    /** When it returns the block is there. */
    private void fill(int index) throws BlobException, InterruptedException {
        long end = parts.clock().getAsLong() + PATIENCE.toNanos();
        Outcome last = Outcome.NOT_NOW;
        while (!parts.fill().holds(blocks, index)) {
            if (parts.clock().getAsLong() - end > 0) {
                throw new BlobException.Unavailable(
                        last == Outcome.NOT_NOW
                                ? "no buffer was to spare for 30 s: raise memory.budgetBytes"
                                : "the disk tier does not keep it: it is full or slow, see the agent's health",
                        null);
            }
            if (last != Outcome.NOT_NOW) {
                // It is being written, or was declined.
                parts.clock().sleep(LOOK_AGAIN.toNanos());
                continue;
            }
            last = parts.fill().fill(blocks, index);
            if (last == Outcome.FETCHED) {
                fetched.accept(blocks.key(index).lengthBytes());
            } else if (last == Outcome.NOT_NOW) {
                parts.clock().sleep(LOOK_AGAIN.toNanos());
            }
        }
    }

    private void count(long bytes) {
        counted.add(bytes);
        there.accept(bytes);
    }
}
