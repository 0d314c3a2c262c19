package io.blobcache.node.prefetch;

/**
 * How many steps, blocks as a rule, are fetched ahead of one reader. It begins with one and may double at each step by
 * which the reader reaches what was fetched ahead, up to {@code 1 + 2 * fetch / read}: what the source takes for a step, in
 * steps that the reader makes meanwhile, and as much again because neither is even. As fetching ahead makes a reader faster
 * that waited, this grows until the reader waits no more or the source gives no more. Not thread-safe.
 */
final class Window {
    /** While the pace of the source is not known. */
    private static final int UNMEASURED_STEPS = 4;

    private int steps;
    private long steppedNanos;
    private long nanosPerStep;

    /** @param firstSteps 0 keeps it shut until {@link #widen} */
    void begin(int firstSteps, long nowNanos) {
        steps = firstSteps;
        steppedNanos = nowNanos;
        nanosPerStep = 0;
    }

    /** The reader has made so many steps since the last time. */
    void stepped(int count, long nowNanos) {
        long nanos = Math.max(1, (nowNanos - steppedNanos) / count);
        nanosPerStep = nanosPerStep == 0 ? nanos : (nanosPerStep + nanos) / 2;
        steppedNanos = nowNanos;
    }

    /**
     * @param reached    whether the reader came to what was fetched ahead: only such a step may make the window grow
     * @param fetchNanos what the source takes for a step; 0 if unknown
     */
    void widen(boolean reached, long fetchNanos, int maxSteps) {
        long target = fetchNanos == 0 || nanosPerStep == 0 ? UNMEASURED_STEPS : 1 + 2 * fetchNanos / nanosPerStep;
        // Shrinks by halves only: one slow read between fast ones is no reason to give up what is on its way.
        long wanted = Math.max(Math.min(reached ? steps * 2L : steps, target), steps / 2);
        steps = Math.clamp(wanted, 1, maxSteps);
    }

    /** Fetching was in vain, or there is no memory. */
    void narrow() {
        steps = Math.min(steps, Math.max(1, steps / 2));
    }

    int steps() {
        return steps;
    }
}
