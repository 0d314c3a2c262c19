package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A tunable changes in the resource: the agents take it, their pods are left alone. */
@Tag("cluster")
class TunableLiveTest {
    /** By way of the operator; the kubelets alone would take a minute or two. */
    private static final Duration BY_THE_API_SERVER = Duration.ofSeconds(20);

    private static final long GIB = 1L << 30;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("tunable-live");

    @Test
    void anotherQuotaIsTakenByTheAgentsThatRun() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket.with(CLUSTER, 1 << 20, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Agents agents = cache.agents();
            Set<String> before = agents.names();

            Cache.apply(CLUSTER, "1GiB", 4);

            Await.until(
                    "every agent has the new quota",
                    BY_THE_API_SERVER,
                    () -> agents.pods().stream().allMatch(pod -> agents.diskCapacity(pod) == GIB));
            cache.awaitReady();
            assertThat(agents.names()).isEqualTo(before);
            assertThat(agents.containers())
                    .allSatisfy(
                            container -> assertThat(container.getRestartCount()).isZero());
        }
    }
}
