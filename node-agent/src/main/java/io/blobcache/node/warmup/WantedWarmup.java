package io.blobcache.node.warmup;

import io.blobcache.node.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * One run of a warmup, as whoever wants it says so.
 *
 * @param id             unique among all runs there ever are
 * @param paths          files, directories and globs of the mount; digests of stored content
 * @param everywhere     whether each chosen agent gets all of it; else each gets what it owns
 * @param upTo           with {@code everywhere}, the agents whose {@link #rank} is not above it; empty for all
 * @param bytesPerSecond that one agent fetches at most; 0 for any number
 * @param retries        tries more of a file that failed
 */
public record WantedWarmup(
        String id, List<String> paths, boolean everywhere, String upTo, long bytesPerSecond, int retries) {
    /** 64 bits: no two nodes of a cluster meet by chance. */
    private static final int RANK_BYTES = 8;

    public WantedWarmup {
        paths = List.copyOf(paths);
    }

    /** Whether an agent has a part in it. */
    boolean chooses(String agent) {
        return upTo.isEmpty() || rank(agent).compareTo(upTo) <= 0;
    }

    /** Whether a run of the other one can go on as one of this. */
    boolean sameWork(WantedWarmup other) {
        return equals(new WantedWarmup(id, other.paths, other.everywhere, upTo, other.bytesPerSecond, other.retries));
    }

    /** A number of 16 hexadecimal digits that follows from an agent's id: the order in which agents are chosen. */
    static String rank(String agent) {
        byte[] digest = Sha256.begin().digest(agent.getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(digest, 0, RANK_BYTES);
    }
}
