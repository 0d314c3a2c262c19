package io.blobcache.node.warmup;

import java.util.List;

/**
 * How far this agent is with its part of a run.
 *
 * @param files       that the paths mean, those included that could not be found
 * @param warmedFiles of these, those whose part of this agent is there
 * @param failedFiles those that were given up
 * @param bytes       this agent's part of them; grows while it counts
 * @param warmedBytes of these, those that are in the disk tier
 * @param fetchedBytes of these, those that were not there before
 * @param failures    the first ones
 */
public record WarmupProgress(
        String id,
        State state,
        long files,
        long warmedFiles,
        long failedFiles,
        long bytes,
        long warmedBytes,
        long fetchedBytes,
        List<Failure> failures) {

    public WarmupProgress {
        failures = List.copyOf(failures);
    }

    /** In this order; a change of the mesh begins anew. */
    public enum State {
        COUNTING,
        WARMING,
        /** To the end, whatever failed on the way. */
        DONE,
        /** Nothing was warmed, for a reason that is no file's. */
        FAILED
    }

    /** @param path empty if it is about no file */
    public record Failure(String path, String reason) {}
}
