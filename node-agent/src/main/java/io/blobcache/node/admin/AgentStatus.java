package io.blobcache.node.admin;

import java.time.Duration;
import java.util.List;

/**
 * What one agent says of itself: the answer of {@code /status} and of {@code blobcache stat}. Numbers count since the
 * agent started.
 *
 * @param version        of the agent
 * @param source         as the user said it, without credentials
 * @param sources        each of them, in the order of the configuration
 * @param directory      where it is mounted
 * @param state          the state directory
 * @param ready          whether a read would be served now
 * @param health         {@code ok}, or in one line what is wrong
 * @param adminPort      TCP port of the endpoint on 127.0.0.1
 * @param transport      {@code kernel} or {@code jnr}
 * @param passthrough    whether the kernel reads complete blobs by itself
 * @param tiers          fastest first
 * @param fromSource     all sources, seen as the last tier
 * @param mesh           all 0 if the agent is alone
 * @param warmups        that are wanted of this agent now
 */
public record AgentStatus(
        String version,
        long pid,
        Duration uptime,
        String source,
        List<Source> sources,
        String directory,
        String state,
        boolean ready,
        String health,
        int adminPort,
        String transport,
        boolean passthrough,
        long passthroughOpens,
        List<Tier> tiers,
        FromSource fromSource,
        Mesh mesh,
        Prefetch prefetch,
        Buffers buffers,
        List<Warmup> warmups) {

    public AgentStatus {
        sources = List.copyOf(sources);
        tiers = List.copyOf(tiers);
        warmups = List.copyOf(warmups);
    }

    /**
     * One source.
     *
     * @param path      below the mount; empty if it is all of it
     * @param name      as the user said it, without credentials
     * @param condition {@code ok}, or in one line why it gave no answer last
     */
    public record Source(String path, String name, String condition, long requests, long retries, long receivedBytes) {}

    /**
     * One tier on this node.
     *
     * @param condition {@code ok}, {@code off}, or in one line why it is bypassed
     * @param readBytes given to readers
     */
    public record Tier(
            String name,
            String condition,
            long capacityBytes,
            long usedBytes,
            long hits,
            long misses,
            long readBytes,
            long evictedBytes,
            long corruptBlocks) {}

    /**
     * @param receivedBytes bytes of content that arrived, also of attempts that failed later
     * @param readBytes     bytes given to readers out of a fetch
     * @param coalesced     reads that joined a fetch which somebody else had begun
     */
    public record FromSource(
            long fetches,
            long failedFetches,
            long requests,
            long retries,
            long receivedBytes,
            long readBytes,
            long coalesced) {}

    /**
     * @param port          where peers are served
     * @param members       this agent included
     * @param hits          block reads that a peer's block served
     * @param misses        block reads that went to the source after peers were asked
     * @param receivedBytes of blocks that peers gave
     * @param lentBytes     of blocks given to peers
     */
    public record Mesh(
            int port,
            long members,
            long failing,
            long quarantined,
            long hits,
            long misses,
            long readBytes,
            long receivedBytes,
            long lentBytes) {}

    public record Prefetch(long fetchedBytes, long usedBytes, long wastedBytes) {}

    public record Buffers(long budgetBytes, long allocatedBytes, long inUseBytes) {}

    /**
     * One run of a warmup.
     *
     * @param state       {@code counting}, {@code warming}, {@code done}, or {@code failed} if nothing could be warmed
     * @param files       that its paths mean
     * @param warmedFiles of these, those whose part of this agent is on its disk
     * @param bytes       of this agent's part
     * @param warmedBytes of these, those that are on its disk
     * @param fetchedBytes of these, those that were not there before
     * @param failures    the first ones
     */
    public record Warmup(
            String id,
            String state,
            long files,
            long warmedFiles,
            long failedFiles,
            long bytes,
            long warmedBytes,
            long fetchedBytes,
            List<Failure> failures) {

        public Warmup {
            failures = List.copyOf(failures);
        }
    }

    /** @param path empty if it is about no file */
    public record Failure(String path, String reason) {}
}
