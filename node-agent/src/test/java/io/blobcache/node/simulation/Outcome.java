package io.blobcache.node.simulation;

import java.util.List;

/**
 * How a run went.
 *
 * @param violations     what must never happen, and did
 * @param sourceReads    blocks that the source gave, all in all
 * @param distinctBlocks of these
 * @param readNanos      how long the reads took that succeeded, in order
 * @param mostLent       the most blocks that one node gave away at once
 * @param mostAsked      the most requests for blocks that one node got within a second
 * @param trace          equal for equal runs only
 * @param events         so many made the trace
 */
record Outcome(
        List<String> violations,
        long sourceReads,
        int distinctBlocks,
        List<Long> readNanos,
        int mostLent,
        int mostAsked,
        long trace,
        long events) {

    Outcome {
        violations = List.copyOf(violations);
        readNanos = List.copyOf(readNanos);
    }

    /** How often the source gave a block. */
    double amplification() {
        return (double) sourceReads / Math.max(1, distinctBlocks);
    }

    /** @param share in [0, 1]: 0.99 for what one of a hundred reads takes longer than */
    double readSeconds(double share) {
        int at = (int) Math.min(readNanos.size() - 1, Math.floor(readNanos.size() * share));
        return at < 0 ? 0 : readNanos.get(at) / 1e9;
    }
}
