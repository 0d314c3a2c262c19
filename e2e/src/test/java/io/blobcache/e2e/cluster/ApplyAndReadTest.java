package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The chart and one resource: a pod on each node, there before the agents, reads the right bytes; the source is read once. */
@Tag("cluster")
class ApplyAndReadTest {
    private static final long OBJECT_BYTES = 24L << 20;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("apply-and-read");

    @Test
    void onePodOnEachNodeReadsWhatOneResourceNames() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket bucket = Bucket.with(CLUSTER, OBJECT_BYTES, "one", "two", "three");
            List<Consumer> consumers = Consumer.onAll(CLUSTER);
            Instant applied = Instant.now();
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            cache.agents().awaitJoined();
            assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());
            Instant last = consumers.stream()
                    .map(Consumer::firstByte)
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            new Figure("apply to first byte in pods that wait on %d nodes".formatted(consumers.size()))
                    .is(Duration.between(applied, last));

            assertThat(consumers.parallelStream().map(Consumer::sha256)).allMatch(bucket.sha256()::equals);

            // A request that is hedged or made again may cost a block of 4 MiB, more of them where the machine is busy;
            // another node's whole copy may not.
            assertThat(cache.agents().sum("blobcache_source_read_bytes_total"))
                    .isBetween(3 * OBJECT_BYTES, 3 * OBJECT_BYTES * 5 / 4);
        }
    }
}
