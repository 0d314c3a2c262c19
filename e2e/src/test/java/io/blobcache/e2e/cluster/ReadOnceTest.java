package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pods on every node read the same objects; the source is read once. A pod that came before the agents waited. */
@Tag("cluster")
class ReadOnceTest {
    private static final long OBJECT_BYTES = 24L << 20;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("read-once");

    @Test
    void everyNodeReadsTheRightBytesAndTheSourceIsReadOnce() {
        Bucket bucket = Bucket.with(CLUSTER, OBJECT_BYTES, "one", "two", "three");
        List<Consumer> consumers = Consumer.onAll(CLUSTER);
        Agents agents = Agents.start(CLUSTER);
        assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());

        assertThat(consumers.parallelStream().map(Consumer::sha256)).allMatch(bucket.sha256()::equals);

        // A request that is hedged or made again may cost a block of 4 MiB, more of them where the machine is busy;
        // another node's whole copy may not.
        assertThat(agents.sum("blobcache_source_read_bytes_total"))
                .isBetween(3 * OBJECT_BYTES, 3 * OBJECT_BYTES * 5 / 4);
    }
}
