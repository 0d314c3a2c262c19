package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An agent is killed: the next one replaces its dead mount, and a pod that runs reads on without being started anew. */
@Tag("cluster")
class AgentKilledTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("agent-killed");

    @Test
    void aPodThatRunsReadsAgain() {
        Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one");
        Agents agents = Agents.start(CLUSTER);
        String node = CLUSTER.nodes().getFirst();
        Consumer consumer = Consumer.on(CLUSTER, node);
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());

        Root.kill(CLUSTER, agents.on(node));

        Await.until("the agent was started anew", Duration.ofMinutes(1), () -> restarts(agents, node) == 1);
        agents.awaitReady();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
        assertThat(consumer.mounts()).isOne();
    }

    private static int restarts(Agents agents, String node) {
        return agents.on(node).getStatus().getContainerStatuses().getFirst().getRestartCount();
    }
}
