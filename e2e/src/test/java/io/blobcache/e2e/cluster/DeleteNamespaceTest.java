package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The namespace of a cache is deleted: it goes within a minute, and no node keeps a mount. */
@Tag("cluster")
class DeleteNamespaceTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("delete-namespace");

    /** Where the operator is, and those who look at the nodes afterwards. */
    @RegisterExtension
    static final Cluster BESIDE = new Cluster("delete-namespace-beside");

    @Test
    void nothingHoldsTheNamespaceAndNothingStaysMounted() {
        List<Root> nodes = Root.onAll(BESIDE);
        try (Chart _ = Chart.install(BESIDE, "operator.watchNamespaces={" + CLUSTER.namespace() + "}")) {
            Bucket.with(CLUSTER, 1 << 20, "one");
            List<Consumer> consumers = Consumer.onAll(CLUSTER);
            Cache.apply(CLUSTER, "2GiB", 4).awaitReady();
            assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());
            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat(node.mounts(CLUSTER.namespace())).isOne());

            CLUSTER.client().namespaces().withName(CLUSTER.namespace()).delete();

            Await.until(
                    "the namespace is gone",
                    LIMIT,
                    () -> CLUSTER.client()
                                    .namespaces()
                                    .withName(CLUSTER.namespace())
                                    .get()
                            == null);
            assertThat(nodes)
                    .allSatisfy(
                            node -> assertThat(node.mounts(CLUSTER.namespace())).isZero());
        }
    }
}
