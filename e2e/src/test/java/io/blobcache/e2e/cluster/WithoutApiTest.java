package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The API server refuses the agents: they serve, and hear of their members by the mounted files. */
@Tag("cluster")
class WithoutApiTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("without-api");

    @Test
    void theMountedFilesAreEnough() {
        Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one");
        Agents.deploy(CLUSTER, "Bidirectional");
        Agents agents = new Agents(CLUSTER);
        agents.awaitReady();

        agents.join();

        Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
    }
}
