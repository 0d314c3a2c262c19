package io.blobcache.node.prefetch;

/**
 * Where readers of one handle have jumped to, and how far they then read on: out of that come constant strides, and how
 * far it is worth to fetch ahead of one that has just jumped. Not thread-safe; allocates nothing.
 */
final class Steps {
    /** So many readers that take turns are told apart by their strides. */
    private static final int MAX_READERS = 5;

    /**
     * Three equal steps make a stride. Two would be an accident once in a hundred jumps of a reader that takes blocks of
     * a 1 GiB file at random; three are it once in some 10,000.
     */
    private static final int EQUAL_STEPS = 3;

    private static final int KEPT = EQUAL_STEPS * MAX_READERS + 1;
    private static final int KEPT_LENGTHS = 4;
    private static final int KNOWN_LENGTHS = 3;

    /** The kernel's requests of up to 1 MiB arrive out of order, so a stretch may seem to begin with its second. */
    static final long TOLERANCE_BYTES = 1 << 20;

    private final long[] starts = new long[KEPT];
    private final long[] lengths = new long[KEPT_LENGTHS];
    private long jumps;
    private long ended;

    /**
     * A reader begins to read at {@code start}, where none was expected.
     *
     * @return the stride that it keeps to, which may be negative; 0 if it keeps to none
     */
    long jumped(long start) {
        starts[(int) (jumps++ % KEPT)] = start;
        for (int readers = 1; readers <= MAX_READERS && jumps > (long) EQUAL_STEPS * readers; readers++) {
            long stride = (start - back(EQUAL_STEPS * readers)) / EQUAL_STEPS;
            if (Math.abs(stride) > 2 * TOLERANCE_BYTES && allSteps(readers, stride)) {
                return stride;
            }
        }
        return 0;
    }

    /** Several readers go on side by side: where they began was no way of one of them. */
    void forget() {
        jumps = 0;
    }

    /** A reader has read so many bytes in order and jumped away. */
    void ended(long lengthBytes) {
        lengths[(int) (ended++ % KEPT_LENGTHS)] = lengthBytes;
    }

    /**
     * The longest but one of the last few stretches: one that was followed too long, because two happened to meet, does
     * not count. 0 as long as too few have ended.
     */
    long usualLength() {
        if (ended < KNOWN_LENGTHS) {
            return 0;
        }
        long longest = 0;
        long next = 0;
        for (long length : lengths) {
            next = Math.max(next, Math.min(length, longest));
            longest = Math.max(longest, length);
        }
        return next;
    }

    private boolean allSteps(int readers, long stride) {
        for (int step = 0; step < EQUAL_STEPS; step++) {
            long one = back(step * readers) - back((step + 1) * readers);
            if (Math.abs(one - stride) > TOLERANCE_BYTES) {
                return false;
            }
        }
        return true;
    }

    private long back(int count) {
        return starts[(int) ((jumps - 1 - count) % KEPT)];
    }
}
