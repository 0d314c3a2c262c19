package io.blobcache.operator.warmup;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.WarmupSpec;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.node.config.Quantity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a warmup fetches, as agents are told it.
 *
 * @param everywhere on every node of {@code nodesPercent}, else on the owners
 */
record Work(List<String> paths, boolean everywhere, int nodesPercent, long bytesPerSecond, int retries) {
    private static final int HASH_BYTES = 4;
    private static final int RANK_BYTES = 8;
    private static final int RETRIES = 3;

    static Work of(WarmupSpec spec) {
        return new Work(
                spec.paths(),
                spec.nodes() == WarmupSpec.Nodes.All,
                spec.nodesPercent() == null ? 100 : spec.nodesPercent(),
                spec.bandwidth() == null ? 0 : Quantity.parseBytes(spec.bandwidth()),
                spec.retries() == null ? RETRIES : spec.retries());
    }

    static @Nullable Duration ttl(WarmupSpec spec) {
        return spec.ttlAfterFinished() == null ? null : Quantity.parseDuration(spec.ttlAfterFinished());
    }

    /** A run of this that begins now. It says what it fetches, so that it ends when that changes. */
    String run(Instant start) {
        return hash() + "-" + start.getEpochSecond();
    }

    /** Whether a run fetches this. How fast does not matter. */
    boolean isOf(String run) {
        return run.startsWith(hash() + "-");
    }

    /** By which agents know a run; no other one ever has it. */
    static String id(BlobCacheWarmup warmup, String run) {
        return warmup.getMetadata().getName() + "-" + run;
    }

    /** The run of a warmup that agents are to work at; {@code null} if there is none. */
    static @Nullable String underWay(BlobCacheWarmup warmup) {
        WarmupStatus status = warmup.getStatus();
        boolean may = warmup.getMetadata().getDeletionTimestamp() == null
                && !Boolean.TRUE.equals(warmup.getSpec().suspend());
        return status == null || !may || status.completionTime() != null ? null : status.run();
    }

    /** The rank of the last node that is chosen, see {@link #rank}; empty if all are. */
    String upTo(Collection<String> nodes) {
        if (!everywhere || nodesPercent == 100 || nodes.isEmpty()) {
            return "";
        }
        List<String> ranks = nodes.stream().distinct().map(Work::rank).sorted().toList();
        int chosen = Math.ceilDiv(ranks.size() * nodesPercent, 100);
        return ranks.get(chosen - 1);
    }

    static boolean chosen(String node, String upTo) {
        return upTo.isEmpty() || rank(node).compareTo(upTo) <= 0;
    }

    /** As agents compute it: chosen by it, nodes that come or go change the choice of few others. */
    static String rank(String node) {
        return HexFormat.of().formatHex(sha256(node), 0, RANK_BYTES);
    }

    private String hash() {
        return HexFormat.of().formatHex(sha256(everywhere + "\n" + nodesPercent + "\n" + paths), 0, HASH_BYTES);
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
