package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator is killed: reads go on without it, and the next one carries out what was asked for meanwhile. */
@Tag("cluster")
class OperatorKilledTest {
    private static final long GIB = 1L << 30;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("operator-killed");

    @Test
    void readsGoOnAndTheNextOperatorCarriesOn() {
        try (Chart chart = Chart.install(CLUSTER)) {
            Bucket bucket = Bucket.with(CLUSTER, 1 << 20, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Agents agents = cache.agents();
            Set<String> before = agents.names();

            Root.kill(CLUSTER, chart.operator());
            Cache.apply(CLUSTER, "1GiB", 4);
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());

            Await.until("the next operator is ready", Cache.START_LIMIT, () -> Readiness.isPodReady(chart.operator()));
            Await.until(
                    "every agent has the new quota",
                    Cache.START_LIMIT,
                    () -> agents.pods().stream().allMatch(pod -> agents.diskCapacity(pod) == GIB));
            assertThat(agents.names()).isEqualTo(before);
        }
    }
}
