package io.blobcache.node.tier;

import io.blobcache.node.metrics.Durations;
import io.blobcache.node.metrics.ReadCounters;
import io.blobcache.node.model.Blob;
import io.blobcache.node.model.BlobException;
import io.blobcache.node.model.BlockKey;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads bytes of a blob from the fastest tier that holds them, else out of the fetch that brings them. The one loop that
 * decides between tiers. Thread-safe; a hit allocates nothing.
 */
public final class TieredReader {
    /** Answer of {@link #read} when the bytes are not in memory and the caller must not wait. */
    public static final int WOULD_BLOCK = -1;

    /**
     * A block may be evicted between the look that found it and this read, and a prefetch that this read joined may end
     * for want of a buffer. After so many rounds memory is too small for the readers there are.
     */
    private static final int MAX_ROUNDS = 16;

    /**
     * 24 reads of a broken block take 24 x 350 ms = 8.4 s: a broken source slows its readers down (CernVM-FS test 029).
     * Later ones are answered at once: the kernel lets the readers of one page in one after the other, and the last of
     * a hundred must not wait for a hundred pauses.
     */
    private static final int MAX_PAUSES = 24;

    private static final Duration FAILURE_PAUSE = Duration.ofMillis(350);

    private final List<BlockTier> tiers;
    private final SingleFlight flights;
    private final ReadCounters counters;
    private final Duration deadline;
    private final Pause pause;

    private enum Attempt {
        NONE,
        WAIT,
        /** Not the first: the tiers were asked before. */
        AGAIN;

        boolean mayWait() {
            return this != NONE;
        }
    }

    /** Holds the calling thread up: a seam, so that no test sleeps. */
    @FunctionalInterface
    interface Pause {
        void pause(Duration duration) throws InterruptedException;
    }

    /**
     * @param tiers    fastest first
     * @param deadline longest wait for bytes to arrive
     */
    public TieredReader(List<BlockTier> tiers, SingleFlight flights, ReadCounters counters, Duration deadline) {
        this(tiers, flights, counters, deadline, Thread::sleep);
    }

    TieredReader(List<BlockTier> tiers, SingleFlight flights, ReadCounters counters, Duration deadline, Pause pause) {
        this.tiers = List.copyOf(tiers);
        this.flights = flights;
        this.counters = counters;
        this.deadline = deadline;
        this.pause = pause;
    }

    /**
     * Copies bytes of a blob to {@code into}.
     *
     * @param offset  in the blob, not negative
     * @param mayWait for a disk or a network. If not, and it would have to wait for a network, the fetch has been begun
     * @return bytes copied, fewer than {@code length} only at the end of the blob; or {@link #WOULD_BLOCK}
     */
    public int read(BlobBlocks blocks, long offset, int length, MemorySegment into, long intoOffset, boolean mayWait)
            throws BlobException {
        return read(blocks, offset, length, into, intoOffset, mayWait ? Attempt.WAIT : Attempt.NONE);
    }

    /** The same of a read that may wait, after one that might not was answered {@link #WOULD_BLOCK}. */
    public int readAgain(BlobBlocks blocks, long offset, int length, MemorySegment into, long intoOffset)
            throws BlobException {
        return read(blocks, offset, length, into, intoOffset, Attempt.AGAIN);
    }

    private int read(BlobBlocks blocks, long offset, int length, MemorySegment into, long intoOffset, Attempt attempt)
            throws BlobException {
        check(blocks.blob());
        long left = Math.max(0, blocks.blob().lengthBytes() - offset);
        int wanted = (int) Math.min(length, left);
        int done = 0;
        while (done < wanted) {
            int index = blocks.indexOf(offset + done);
            int within = (int) (offset + done - blocks.offsetOf(index));
            int piece = Math.min(wanted - done, blocks.key(index).lengthBytes() - within);
            int read = readBlock(blocks, index, within, piece, into, intoOffset + done, attempt);
            if (read == WOULD_BLOCK) {
                return WOULD_BLOCK;
            }
            done += read;
        }
        return done;
    }

    /**
     * Whether a blob may be read at all.
     *
     * @throws BlobException.Corrupt if it was found not to be what its digest promises
     */
    public void check(Blob blob) throws BlobException {
        flights.refused().check(blob);
    }

    private int readBlock(
            BlobBlocks blocks, int index, int offset, int length, MemorySegment into, long intoOffset, Attempt first)
            throws BlobException {
        for (int round = 0; round < MAX_ROUNDS; round++) {
            Attempt attempt = round == 0 ? first : Attempt.AGAIN;
            int found = find(blocks, index, offset, length, into, intoOffset, attempt);
            if (found >= 0) {
                return found;
            }
            boolean late = found == BlockTier.LATE;
            if (late && !attempt.mayWait()) {
                return WOULD_BLOCK;
            }
            BlockFetch fetch = flights.join(blocks, index, offset, late);
            int read = readAndLeave(fetch, offset, length, into, intoOffset, attempt);
            if (read != BlockFetch.RETRY) {
                return read;
            }
        }
        throw new BlobException.Unavailable(
                "block %s left the tiers %d times before it was read: raise memory.budgetBytes"
                        .formatted(blocks.key(index), MAX_ROUNDS),
                null);
    }

    private int readAndLeave(
            BlockFetch fetch, int offset, int length, MemorySegment into, long intoOffset, Attempt attempt)
            throws BlobException {
        long began = Durations.now();
        try {
            if (!attempt.mayWait()) {
                int arrived = fetch.tryRead(offset, length, into, intoOffset);
                return arrived >= 0 ? served(fetch.brought(), arrived, began) : WOULD_BLOCK;
            }
            pauseIfRemembered(fetch);
            int read = fetch.read(offset, length, into, intoOffset, deadline.toNanos());
            return read >= 0 ? served(fetch.brought(), read, began) : read;
        } catch (BlobException e) {
            counters.failedReads.increment();
            throw e;
        } finally {
            fetch.leave();
        }
    }

    /** Memory, then a fetch whose bytes are already here, then disk: in the order of what they cost. */
    private int find(
            BlobBlocks blocks,
            int index,
            int offset,
            int length,
            MemorySegment into,
            long intoOffset,
            Attempt attempt) {
        Blob blob = blocks.blob();
        BlockKey key = blocks.key(index);
        long began = Durations.now();
        int answer = BlockTier.MISS;
        for (int level = 0; level < tiers.size(); level++) {
            int found = tiers.get(level).find(blob, key, offset, length, into, intoOffset, attempt.mayWait());
            if (found >= 0) {
                // What memory had not a moment ago came there by the fetch that this read waits for.
                return level == 0 && attempt == Attempt.AGAIN
                        ? served(blocks.brought(), found, began)
                        : hit(level, found, began);
            }
            answer = Math.min(answer, found); // LATE outlives MISS.
        }
        BlockFetch fetch = flights.underWay(key);
        if (fetch == null) {
            return answer;
        }
        int arrived = fetch.tryRead(offset, length, into, intoOffset);
        return arrived >= 0 ? served(fetch.brought(), arrived, began) : answer;
    }

    /** Counts here and not where it missed: a read may ask the tiers several times before it has its bytes. */
    private int hit(int level, int bytes, long began) {
        missed(level);
        tiers.get(level).counters().hit(bytes, began);
        return bytes;
    }

    private int served(Brought brought, int bytes, long began) {
        missed(tiers.size());
        if (brought == Brought.BY_SOURCE_AFTER_PEERS) {
            counters.peerMisses.increment();
        }
        (brought == Brought.BY_PEER ? counters.byPeer : counters.bySource).served(bytes, began);
        return bytes;
    }

    /** All tiers above {@code level}. */
    private void missed(int level) {
        for (int above = 0; above < level; above++) {
            tiers.get(above).counters().misses.increment();
        }
    }

    private void pauseIfRemembered(BlockFetch fetch) throws BlobException {
        @Nullable BlobException remembered = fetch.failure();
        if (remembered == null) {
            return;
        }
        if (!fetch.claimPause(MAX_PAUSES)) {
            throw remembered;
        }
        try {
            pause.pause(FAILURE_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BlobException.Interrupted("the reader of a failing block gave up");
        }
        throw remembered;
    }
}
