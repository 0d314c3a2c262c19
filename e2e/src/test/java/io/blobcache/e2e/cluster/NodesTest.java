package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.readiness.Readiness;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node is added to those of a cache, cordoned for a drain, and removed: the mesh follows, and nobody who reads elsewhere notices. */
@Tag("cluster")
class NodesTest {
    private static final Duration SOON = Duration.ofSeconds(90);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("nodes");

    @Test
    void theMeshFollowsTheNodes() {
        List<String> nodes = CLUSTER.nodes();
        String staying = nodes.getFirst();
        String other = nodes.getLast();
        try (Chart _ = Chart.install(CLUSTER);
                ChosenNode home = new ChosenNode(CLUSTER, staying);
                ChosenNode coming = new ChosenNode(CLUSTER, other)) {
            home.choose();
            Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one", "two", "three");
            Consumer consumer = Consumer.on(CLUSTER, staying);
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4, home.placement());
            cache.awaitReady();
            consumer.awaitRunning();
            Reading reading = Reading.begin(consumer, bucket);

            coming.choose();
            Await.until("two agents know each other", Cache.START_LIMIT, () -> known(cache, 2));
            Consumer guest = Consumer.on(CLUSTER, other);
            guest.awaitRunning();
            assertThat(guest.sha256()).isEqualTo(bucket.sha256());

            // kubectl drain: no new pods, and those that are not of a DaemonSet go.
            coming.cordon();
            guest.evict();
            Await.until(other + " drains", SOON, () -> drains(cache, other));
            assertThat(cache.agents().pods()).hasSize(2);
            coming.uncordon();
            Await.until(other + " is back", SOON, () -> !cache.members().contains("draining"));

            coming.leave();
            Await.until("one agent is left and knows it", SOON, () -> known(cache, 1));
            assertThat(Root.on(CLUSTER, other).mounts(CLUSTER.namespace())).isZero();
            assertThat(cache.agents().pods())
                    .extracting(pod -> pod.getSpec().getNodeName())
                    .isEqualTo(List.of(staying));

            List<Reading.Copy> copies = reading.end();
            assertThat(reading.wrong(copies)).isEmpty();
            assertThat(copies).isNotEmpty().noneMatch(Reading.Copy::failed);
        }
    }

    private static boolean drains(Cache cache, String node) {
        return cache.members().lines().anyMatch(line -> line.contains("\"" + node + "\"") && line.contains("draining"));
    }

    private static boolean known(Cache cache, int agents) {
        List<Pod> pods = cache.agents().pods();
        // One that has no address yet cannot be asked.
        return pods.size() == agents
                && pods.stream().allMatch(Readiness::isPodReady)
                && cache.agents().sum("blobcache_mesh_members") == (long) agents * agents;
    }
}
