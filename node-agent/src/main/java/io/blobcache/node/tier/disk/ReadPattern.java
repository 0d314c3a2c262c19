package io.blobcache.node.tier.disk;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.blobcache.node.posix.Posix;
import java.util.List;

/**
 * How one data file is read from its device, by all its readers together, and what the kernel was told of it. Sees
 * only reads that had to wait: what is in the page cache needs no advice.
 *
 * <p>Follows up to {@value #STREAMS} readers in order at once, as loaders of model weights are. Between two reads that
 * wait lies what the kernel has read ahead, so a reader in order may jump that far. Thread-safe.
 */
final class ReadPattern {
    static final int STREAMS = 8;

    /** Twice the 8 MiB that network disks of clouds are read ahead by. */
    static final long READ_AHEAD_BYTES = 16 << 20;

    /** The kernel sends requests of one reader on several threads: they arrive out of order by so much. */
    static final long DISORDER_BYTES = 4 << 20;

    /** What stays behind a reader in order, for one that follows closely. */
    static final long KEPT_BYTES = 32 << 20;

    /** Dropping pages makes every processor give up its lists of pages: not for less. */
    static final long DROP_BYTES = 64 << 20;

    /** A stream that was not read for so long has ended: each of the others had some 64 turns since. */
    private static final long LIVES_FOR_READS = 64 * STREAMS;

    /** Reads in order count twice as much as jumps: of two readers one in order is enough to read ahead for. */
    private static final int IN_ORDER = 2;

    /** Three reads of a new file, or more than that after jumps. */
    private static final int MOSTLY_IN_ORDER = 4;

    /** So many jumps are no reader in order any more that only begins elsewhere, as a loader of {@value #STREAMS} does. */
    private static final int MOSTLY_AT_RANDOM = -STREAMS;

    /** One thing to tell the kernel: a POSIX_FADV_ number for a range, of which a length of 0 means the rest. */
    record Advice(int kind, long offset, long lengthBytes) {}

    @GuardedBy("this")
    private final long[] next = new long[STREAMS];

    /** Up to where a stream's bytes were dropped. */
    @GuardedBy("this")
    private final long[] dropped = new long[STREAMS];

    /** When a stream was last read, in reads; 0 for never. */
    @GuardedBy("this")
    private final long[] lastRead = new long[STREAMS];

    @GuardedBy("this")
    private long reads;

    @GuardedBy("this")
    private int score;

    @GuardedBy("this")
    private int told = Posix.FADV_NORMAL;

    /**
     * Notes a read that waits for the device.
     *
     * @param drops whether bytes that a reader in order has passed are to be dropped
     * @return what to tell the kernel now
     */
    synchronized List<Advice> waited(long offset, int length, boolean drops) {
        int stream = streamAt(offset);
        if (stream >= 0) {
            score = Math.min(score + IN_ORDER, -MOSTLY_AT_RANDOM);
            next[stream] = Math.max(next[stream], offset + length);
        } else {
            score = reads == 0 ? 0 : Math.max(score - 1, MOSTLY_AT_RANDOM);
            stream = oldest();
            next[stream] = offset + length;
            dropped[stream] = offset;
        }
        lastRead[stream] = ++reads;
        int kind = kind();
        if (kind != told) {
            told = kind;
            return List.of(new Advice(kind, 0, 0));
        }
        return drops && kind == Posix.FADV_SEQUENTIAL ? dropBehind(stream) : List.of();
    }

    /** What was told holds until the score says the contrary, so that it does not change with each read. */
    @GuardedBy("this")
    private int kind() {
        if (score >= MOSTLY_IN_ORDER) {
            return Posix.FADV_SEQUENTIAL;
        }
        if (score <= MOSTLY_AT_RANDOM) {
            return Posix.FADV_RANDOM;
        }
        boolean contrary = told == Posix.FADV_SEQUENTIAL ? score < 0 : score > 0;
        return contrary ? Posix.FADV_NORMAL : told;
    }

    @GuardedBy("this")
    private List<Advice> dropBehind(int stream) {
        long from = dropped[stream];
        long to = next[stream] - KEPT_BYTES;
        if (to - from < DROP_BYTES || followed(from, to)) {
            return List.of();
        }
        dropped[stream] = to;
        return List.of(new Advice(Posix.FADV_DONTNEED, from, to - from));
    }

    /** Whether another reader will come to a range soon. */
    @GuardedBy("this")
    private boolean followed(long from, long to) {
        for (int stream = 0; stream < STREAMS; stream++) {
            boolean lives = lastRead[stream] > Math.max(0, reads - LIVES_FOR_READS);
            if (lives && next[stream] < to && next[stream] >= from - DROP_BYTES) {
                return true;
            }
        }
        return false;
    }

    @GuardedBy("this")
    private int streamAt(long offset) {
        for (int stream = 0; stream < STREAMS; stream++) {
            long jump = offset - next[stream];
            if (lastRead[stream] > 0 && jump >= -DISORDER_BYTES && jump <= READ_AHEAD_BYTES) {
                return stream;
            }
        }
        return -1;
    }

    @GuardedBy("this")
    private int oldest() {
        int oldest = 0;
        for (int stream = 1; stream < STREAMS; stream++) {
            oldest = lastRead[stream] < lastRead[oldest] ? stream : oldest;
        }
        return oldest;
    }
}
