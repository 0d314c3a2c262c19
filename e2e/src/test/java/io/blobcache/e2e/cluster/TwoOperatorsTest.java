package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two operators: one leads and the other waits; when the one that leads is gone, the other carries on. */
@Tag("cluster")
class TwoOperatorsTest {
    private static final long GIB = 1L << 30;

    /** The lease is good for 15 s, and whoever waits for it looks every 2 s. */
    private static final Duration TAKEN_OVER = Duration.ofSeconds(45);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("two-operators");

    @Test
    void oneLeadsAndTheOtherTakesOver() {
        try (Chart chart = Chart.install(CLUSTER, "operator.replicas=2")) {
            Bucket.with(CLUSTER, 1 << 20, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Agents agents = cache.agents();
            Set<String> before = agents.names();
            assertThat(chart.operators()).hasSize(2).allMatch(Readiness::isPodReady);
            assertThat(leaders(chart)).hasSize(1).containsExactly(chart.leader());

            String gone = chart.leader();
            CLUSTER.client()
                    .pods()
                    .inNamespace(CLUSTER.namespace())
                    .withName(gone)
                    .withGracePeriod(0)
                    .delete();
            Cache.apply(CLUSTER, "1GiB", 4);

            Await.until(
                    "every agent has the new quota",
                    TAKEN_OVER,
                    () -> agents.pods().stream().allMatch(pod -> agents.diskCapacity(pod) == GIB));
            assertThat(chart.leader()).isNotEqualTo(gone);
            assertThat(agents.names()).isEqualTo(before);
            cache.awaitReady();
        }
    }

    /** By their own word. */
    private static Set<String> leaders(Chart chart) {
        return chart.operators().stream()
                .filter(pod -> chart.metric(pod, "blobcache_operator_leader") == 1)
                .map(Pod::getMetadata)
                .map(meta -> meta.getName())
                .collect(Collectors.toSet());
    }
}
