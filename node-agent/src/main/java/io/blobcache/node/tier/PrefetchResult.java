package io.blobcache.node.tier;

/**
 * What came of fetching a block that nobody waits for.
 *
 * @param bytes fetched; 0 unless {@link Outcome#FETCHED}
 * @param nanos that the source took for them
 */
public record PrefetchResult(Outcome outcome, int bytes, long nanos) {

    /** Nobody tried. */
    public static final PrefetchResult NOTHING = of(Outcome.HELD);

    /** The ways in which it may end. */
    public enum Outcome {
        FETCHED,

        /** A tier has the block, or somebody fetches it. */
        HELD,

        /** No memory to spare. */
        NO_MEMORY,

        /** The source failed, or the blob is refused. */
        FAILED
    }

    static PrefetchResult of(Outcome outcome) {
        return new PrefetchResult(outcome, 0, 0);
    }
}
