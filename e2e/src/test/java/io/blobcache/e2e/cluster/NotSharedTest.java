package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The volume of the mount hands nothing on: the agent says so, with the remedy, and does not start. */
@Tag("cluster")
class NotSharedTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("not-shared");

    @Test
    void theAgentNamesTheVolumeAndTheRemedy() {
        Bucket.with(CLUSTER, 1 << 10, "one");
        CLUSTER.apply("agents.yaml", Map.of());
        CLUSTER.client()
                .apps()
                .daemonSets()
                .inNamespace(CLUSTER.namespace())
                .withName(Agents.APP)
                .edit(set -> {
                    set.getSpec()
                            .getTemplate()
                            .getSpec()
                            .getContainers()
                            .getFirst()
                            .getVolumeMounts()
                            .getFirst()
                            .setMountPropagation("HostToContainer");
                    return set;
                });

        Await.until("an agent says why it does not start", Duration.ofMinutes(2), () -> CLUSTER.pods(Agents.APP).stream()
                .anyMatch(pod -> log(pod.getMetadata().getName())
                        .contains("/var/lib/blobcache is not a shared mount: what is mounted on ")));
    }

    private static String log(String pod) {
        try {
            return CLUSTER.log(pod, "agent");
        } catch (KubernetesClientException _) {
            // Not started yet.
            return "";
        }
    }
}
