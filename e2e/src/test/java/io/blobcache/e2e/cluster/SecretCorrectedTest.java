package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Secret holds a wrong key: the agents wait, say what is wrong, and serve once it is right, without a restart. */
@Tag("cluster")
class SecretCorrectedTest {
    /** The kubelet renews a mounted Secret within a minute or two; the agent asks again every 10 s. */
    private static final Duration RENEWED = Duration.ofMinutes(3);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("secret-corrected");

    @Test
    void agentsNameWhatIsWrongAndServeOnceItIsRight() {
        Bucket bucket = Bucket.with(CLUSTER, 1 << 20, "one");
        Bucket.tell(CLUSTER, "wrong");
        Agents.deploy(CLUSTER, "Bidirectional");
        Agents agents = new Agents(CLUSTER);
        int nodes = CLUSTER.nodes().size();

        Await.until(
                "every agent waits and says why",
                Duration.ofMinutes(2),
                () -> agents.pods().stream()
                                .map(pod -> CLUSTER.log(pod.getMetadata().getName(), "agent"))
                                .filter(log -> log.contains("waits for its source")
                                        && log.contains("check AWS_SECRET_ACCESS_KEY"))
                                .count()
                        == nodes);
        assertThat(agents.containers()).noneMatch(ContainerStatus::getReady);

        CLUSTER.apply("credentials.yaml", Map.of());

        Await.until(
                "all agents are ready",
                RENEWED,
                () -> agents.containers().filter(ContainerStatus::getReady).count() == nodes);
        assertThat(agents.containers()).allMatch(container -> container.getRestartCount() == 0);
        Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
    }
}
