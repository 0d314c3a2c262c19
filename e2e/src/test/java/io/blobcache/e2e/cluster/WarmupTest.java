package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Warmups fetch a glob once for the cluster, then to every node; one that is deleted ends on all nodes, one that fails says why. */
@Tag("cluster")
class WarmupTest {
    private static final long OBJECT_BYTES = 24L << 20;
    private static final long LLAMA_BYTES = 2 * OBJECT_BYTES;
    private static final Duration CANCELLED_WITHIN = Duration.ofSeconds(10);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("warmup");

    @Test
    void whatIsWantedIsOnTheDisksBeforeSomebodyReadsIt() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket.with(CLUSTER, OBJECT_BYTES, "llama/a", "llama/b", "other");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Agents agents = cache.agents();

            Warmup owners = Warmup.apply(CLUSTER, "owners", "llama/**", "Owners", "0");
            owners.await("Complete");
            assertThat(owners.count("files")).isEqualTo(2);
            assertThat(owners.count("progressPercent")).isEqualTo(100);
            assertThat(owners.text("warmed")).isEqualTo("48.0Mi");
            assertThat(source(agents)).isBetween(LLAMA_BYTES, LLAMA_BYTES * 11 / 10);

            Warmup all = Warmup.apply(CLUSTER, "all", "llama/**", "All", "0");
            all.await("Complete");
            assertThat(agents.pods())
                    .allSatisfy(pod -> assertThat(agents.metric(pod, "blobcache_tier_used_bytes\\{tier=\"disk\"}"))
                            .isGreaterThanOrEqualTo(LLAMA_BYTES));
            assertThat(source(agents)).isLessThan(LLAMA_BYTES * 11 / 10);

            Warmup slow = Warmup.apply(CLUSTER, "slow", "other", "All", "1MiB");
            slow.awaitReason("Running");
            Await.until(
                    "agents have heard",
                    CANCELLED_WITHIN,
                    () -> agents.pods().stream()
                            .allMatch(pod -> status(pod.getMetadata().getName()).contains("slow-")));
            slow.delete();
            Await.until(
                    "agents have ended",
                    CANCELLED_WITHIN,
                    () -> agents.pods().stream()
                            .noneMatch(
                                    pod -> status(pod.getMetadata().getName()).contains("slow-")));

            Warmup missing = Warmup.apply(CLUSTER, "missing", "none/**", "Owners", "0");
            missing.await("Failed");
            assertThat(missing.text("failure")).startsWith("none: ").endsWith("not found");

            cache.delete();
            Await.until("warmups go with their cache", Duration.ofMinutes(1), () -> !owners.exists());
        }
    }

    private static String status(String pod) {
        return CLUSTER.page(pod, Agents.PORT, "/status");
    }

    private static long source(Agents agents) {
        return agents.sum("blobcache_source_read_bytes_total");
    }
}
