package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A setting that needs a restart changes: every agent is replaced, one after the other; who reads meanwhile gets no wrong byte. */
@Tag("cluster")
class ChangeRollsTest {
    private static final long OBJECT_BYTES = 24L << 20;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("change-rolls");

    @Test
    void everyAgentIsReplacedAndItsDiskIsKept() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket bucket = Bucket.with(CLUSTER, OBJECT_BYTES, "one");
            List<Consumer> consumers = Consumer.onAll(CLUSTER);
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());
            assertThat(consumers)
                    .allSatisfy(consumer -> assertThat(consumer.sha256()).isEqualTo(bucket.sha256()));
            Set<String> before = cache.agents().names();
            List<Reading> readings = consumers.stream()
                    .map(consumer -> Reading.begin(consumer, bucket))
                    .toList();

            Cache.apply(CLUSTER, "2GiB", 5);
            Await.until(
                    "every pod is another",
                    Cache.START_LIMIT,
                    () -> cache.agents().names().stream().noneMatch(before::contains));
            cache.awaitReady();

            assertThat(readings).allSatisfy(reading -> {
                List<Reading.Copy> copies = reading.end();
                assertThat(reading.wrong(copies)).isEmpty();
                // While the mount is gone a copy may fail; the last one is after that.
                assertThat(copies).hasSizeGreaterThan(10);
                assertThat(copies.getLast().failed()).isFalse();
            });
            assertThat(consumers)
                    .allSatisfy(consumer -> assertThat(consumer.sha256()).isEqualTo(bucket.sha256()));
            // What the agents before them had read is on the nodes' disks.
            assertThat(cache.agents().sum("blobcache_source_read_bytes_total")).isLessThan(OBJECT_BYTES / 2);
        }
    }
}
