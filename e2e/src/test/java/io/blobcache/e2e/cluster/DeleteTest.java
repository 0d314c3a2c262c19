package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The resource is deleted: no finalizer holds it, no agent and no mount is left, within a minute. */
@Tag("cluster")
class DeleteTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("delete");

    @Test
    void nothingIsLeftOfADeletedResource() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket.with(CLUSTER, 1 << 20, "one");
            List<Consumer> consumers = Consumer.onAll(CLUSTER);
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());
            assertThat(consumers)
                    .allSatisfy(consumer -> assertThat(consumer.mounts()).isOne());
            assertThat(cache.finalizers()).isEmpty();

            cache.delete();

            cache.awaitGone(LIMIT);
            // Of the node, as the pods see them.
            assertThat(consumers)
                    .allSatisfy(consumer -> assertThat(consumer.mounts()).isZero());
        }
    }
}
