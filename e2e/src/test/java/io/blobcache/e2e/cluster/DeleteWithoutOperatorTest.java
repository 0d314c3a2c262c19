package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The operator is uninstalled: what runs goes on, and the resource can be deleted all the same, within a minute. */
@Tag("cluster")
class DeleteWithoutOperatorTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("delete-without-operator");

    @Test
    void nobodyIsNeededToDeleteAResource() {
        Chart chart = Chart.install(CLUSTER);
        Bucket bucket = Bucket.with(CLUSTER, 1 << 20, "one");
        List<Root> nodes = Root.onAll(CLUSTER);
        Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
        cache.awaitReady();

        chart.close();
        Await.until("the operator has ended", LIMIT, () -> chart.operators().isEmpty());
        Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.mounts(CLUSTER.namespace())).isOne());
        assertThat(cache.finalizers()).isEmpty();

        cache.delete();

        cache.awaitGone(LIMIT);
        assertThat(nodes)
                .allSatisfy(node -> assertThat(node.mounts(CLUSTER.namespace())).isZero());
    }
}
