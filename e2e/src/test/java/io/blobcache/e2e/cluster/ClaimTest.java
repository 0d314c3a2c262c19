package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source is a volume claim that the agent mounts read-only; the commands work beside the agent in its pod. */
@Tag("cluster")
class ClaimTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("claim");

    @Test
    void whatIsOnTheClaimIsRead() {
        String node = CLUSTER.nodes().getFirst();
        CLUSTER.apply("claim.yaml", Map.of("NODE", node));
        CLUSTER.awaitReady("writer", 1, Duration.ofMinutes(1));
        CLUSTER.awaitReady("claim-agent", 1, Duration.ofMinutes(2));
        String written =
                CLUSTER.exec("writer", "writer", "sha256sum /data/tree/one").substring(0, 64);
        Consumer consumer = Consumer.on(CLUSTER, node);
        consumer.awaitRunning();

        assertThat(consumer.sha256()).isEqualTo(Map.of("one", written));

        String mount = "/var/lib/blobcache/mnt/" + CLUSTER.namespace() + "/models";
        assertThat(CLUSTER.exec("claim-agent", "agent", "blobcache stat " + mount))
                .contains("dir:/source/tree on " + mount)
                // A quarter of the container's limit: the machine has more than 512 MiB.
                .contains("allocated of 128MiB");
    }
}
