package io.blobcache.e2e.cluster;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
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
        Agents.deploy(CLUSTER, "HostToContainer");

        Await.until(
                "an agent says why it does not start",
                Duration.ofMinutes(2),
                () -> new Agents(CLUSTER)
                        .pods().stream()
                                .anyMatch(pod -> CLUSTER.log(pod.getMetadata().getName(), "agent")
                                        .contains("/var/lib/blobcache is not a shared mount: what is mounted on ")));
    }
}
