package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A bad resource is refused with words; a bad change that only agents can know is kept from them, and a condition says why. */
@Tag("cluster")
class BadChangeTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final long GIB = 1L << 30;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("bad-change");

    @Test
    void theLastGoodConfigurationStaysAndTheConditionSaysWhy() {
        try (Chart _ = Chart.install(CLUSTER)) {
            assertThatThrownBy(() -> Cache.apply(CLUSTER, "lots", 4))
                    .isInstanceOf(KubernetesClientException.class)
                    .hasMessageContaining("spec.disk.quotaBytes");
            Bucket bucket = Bucket.with(CLUSTER, 1 << 20, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Agents agents = cache.agents();
            Set<String> before = agents.names();

            // With no limit of its own a container gives agents 128 MiB for buffers, of which 16 have to be left: no
            // schema knows.
            Cache.apply(CLUSTER, "1GiB", 4, "memory: {tierBytes: 120MiB}");
            Await.until("the resource is called degraded", SOON, () -> degraded(cache, "True"));
            assertThat(cache.condition("Degraded")).hasValueSatisfying(told -> {
                assertThat(told.reason()).isEqualTo("InvalidConfiguration");
                assertThat(told.message()).contains("last good configuration", "memory.tierBytes", "120MiB");
            });
            assertThat(agents.names()).isEqualTo(before);
            assertThat(agents.pods()).allSatisfy(pod -> {
                assertThat(agents.page(pod, "/readyz")).isEqualTo("ok\n");
                assertThat(agents.diskCapacity(pod)).isEqualTo(2 * GIB);
            });
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());

            Cache.apply(CLUSTER, "1GiB", 4);
            Await.until("the resource is as wanted again", SOON, () -> degraded(cache, "False"));
            Await.until(
                    "every agent has the new quota",
                    SOON,
                    () -> agents.pods().stream().allMatch(pod -> agents.diskCapacity(pod) == GIB));
            assertThat(agents.names()).isEqualTo(before);
        }
    }

    private static boolean degraded(Cache cache, String status) {
        return cache.condition("Degraded")
                .filter(told -> told.status().equals(status))
                .isPresent();
    }
}
