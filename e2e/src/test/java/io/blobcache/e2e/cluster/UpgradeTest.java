package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chart is upgraded from the one before: the same resource is carried out, what is on disk stays, no byte is wrong. */
@Tag("cluster")
class UpgradeTest {
    private static final long OBJECT_BYTES = 24L << 20;
    private static final long GIB = 1L << 30;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("upgrade");

    @Test
    void whatRanRunsOnUnderTheNewOperator() {
        String previous = System.getProperty("blobcache.e2e.previous", "");
        Assumptions.assumeFalse(
                previous.isEmpty(), "no chart to upgrade from: set BLOBCACHE_E2E_PREVIOUS to a commit or a tag");
        try (Chart _ = Chart.install(
                CLUSTER,
                Path.of(previous).resolve("helm/blobcache"),
                "image.tag=previous",
                "agentImage.tag=previous")) {
            Bucket bucket = Bucket.with(CLUSTER, OBJECT_BYTES, "one");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
            Set<String> before = cache.agents().names();
            Reading reading = Reading.begin(consumer, bucket);

            Chart.install(CLUSTER, "image.tag=dev", "agentImage.tag=dev");

            Await.until(
                    "every agent is a new one",
                    Cache.START_LIMIT,
                    () -> cache.agents().names().stream().noneMatch(before::contains));
            cache.awaitReady();
            List<Reading.Copy> copies = reading.end();
            assertThat(reading.wrong(copies)).isEmpty();
            assertThat(copies.getLast().failed()).isFalse();
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
            assertThat(cache.agents().sum("blobcache_source_read_bytes_total")).isLessThan(OBJECT_BYTES / 2);
            Cache.apply(CLUSTER, "1GiB", 4);
            Await.until(
                    "every agent has the new quota",
                    Duration.ofSeconds(20),
                    () -> cache.agents().pods().stream()
                            .allMatch(pod -> cache.agents().diskCapacity(pod) == GIB));
        }
    }
}
