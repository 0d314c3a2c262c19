package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The source is not there yet: the agents wait for it, have started, are not ready, and are not killed for it. */
@Tag("cluster")
class SourceComesLaterTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("source-comes-later");

    @Test
    void agentsWaitAndServeWhenItIsThere() {
        CLUSTER.apply("credentials.yaml", Map.of());
        Agents.deploy(CLUSTER, "Bidirectional");
        Agents agents = new Agents(CLUSTER);
        int nodes = CLUSTER.nodes().size();

        Await.until(
                "every agent waits",
                Duration.ofMinutes(2),
                () -> agents.pods().stream()
                                .filter(pod -> CLUSTER.log(pod.getMetadata().getName(), "agent")
                                        .contains("waits for its source"))
                                .count()
                        == nodes);
        Await.until(
                "every agent counts as started",
                Duration.ofMinutes(1),
                () -> agents.containers()
                                .filter(container -> Boolean.TRUE.equals(container.getStarted()))
                                .count()
                        == nodes);
        assertThat(agents.containers()).noneMatch(ContainerStatus::getReady);

        Bucket bucket = Bucket.with(CLUSTER, 1 << 20, "one");

        agents.awaitReady();
        assertThat(agents.containers()).allMatch(container -> container.getRestartCount() == 0);
        Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
    }
}
