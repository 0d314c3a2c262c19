package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The Secret holds wrong credentials: the agents end with the code and the word for it; the next start takes the right ones. */
@Tag("cluster")
class SecretCorrectedTest {
    /** ExitCode.DENIED of the agent's command line, which never changes. */
    private static final int DENIED = 4;

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
                "every agent has ended",
                Duration.ofMinutes(2),
                () -> agents.containers().filter(SecretCorrectedTest::denied).count() == nodes);
        assertThat(agents.containers().map(SecretCorrectedTest::lastWords))
                .allMatch(word -> word.contains("check AWS_SECRET_ACCESS_KEY"));

        CLUSTER.apply("credentials.yaml", Map.of());

        Await.until(
                "all agents are ready",
                Duration.ofMinutes(3),
                () -> agents.containers().filter(ContainerStatus::getReady).count() == nodes);
        Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
        consumer.awaitRunning();
        assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
    }

    private static boolean denied(ContainerStatus container) {
        return end(container).filter(end -> end.getExitCode() == DENIED).isPresent();
    }

    /** What {@code kubectl describe} shows of a container that failed. */
    private static String lastWords(ContainerStatus container) {
        return end(container).map(ContainerStateTerminated::getMessage).orElse("");
    }

    private static Optional<ContainerStateTerminated> end(ContainerStatus container) {
        return Stream.of(container.getState(), container.getLastState())
                .flatMap(state -> Stream.ofNullable(state.getTerminated()))
                .findFirst();
    }
}
