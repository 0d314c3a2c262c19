package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A ConfigMap changes: agents take it within seconds; a bad one is refused and the last good one stays in force. */
@Tag("cluster")
class LiveChangeTest {
    /** The kubelet would take a minute or two. */
    private static final Duration BY_THE_API_SERVER = Duration.ofSeconds(15);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("live-change");

    @Test
    void changesAreTakenAtOnceAndBadOnesAreNot() {
        Bucket.with(CLUSTER, 1 << 20, "one");
        Agents agents = Agents.start(CLUSTER);
        String good = agents.config() + "prefetch: {windowBytes: 32MiB}\n";

        agents.edit("models-config", "agent.yaml", good);
        logged(agents, "configuration changed");
        agents.edit("models-config", "agent.yaml", good.replace("32MiB", "a lot"));
        logged(agents, "prefetch.windowBytes must be");

        assertThat(agents.pods()).allSatisfy(pod -> {
            assertThat(pod.getStatus().getContainerStatuses().getFirst().getRestartCount())
                    .isZero();
            assertThat(agents.page(pod, "/readyz")).isEqualTo("ok\n");
        });
        Duration joined = agents.join();
        assertThat(joined).isLessThan(BY_THE_API_SERVER);
    }

    private static void logged(Agents agents, String text) {
        for (Pod pod : agents.pods()) {
            Await.until(
                    "'" + text + "' in the log of " + pod.getMetadata().getName(),
                    BY_THE_API_SERVER,
                    () -> CLUSTER.log(pod.getMetadata().getName(), "agent").contains(text));
        }
    }
}
