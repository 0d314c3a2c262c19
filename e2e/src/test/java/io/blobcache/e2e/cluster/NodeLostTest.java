package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A node loses its power: the others read on, leave it out of the mesh, and take it in again when it is back. */
@Tag("cluster")
class NodeLostTest {
    /** Kubernetes notices a dead node after some 50 s; then a member has 30 s of grace. */
    private static final Duration NOTICED = Duration.ofMinutes(3);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("node-lost");

    @Test
    void theOthersReadOn() {
        Fault.assumeKnown();
        List<String> nodes = CLUSTER.nodes();
        String lost = nodes.getLast();
        // Neither the operator nor the S3 server is what fails here.
        String home = "operator.nodeSelector.kubernetes\\.io/hostname=" + nodes.getFirst();
        try (Chart _ = Chart.install(CLUSTER, home)) {
            Bucket bucket = Bucket.with(CLUSTER, 24 << 20, "one", "two", "three");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            cache.agents().awaitJoined();
            Consumer consumer = Consumer.on(CLUSTER, nodes.getFirst());
            consumer.awaitRunning();

            Reading reading = withoutNode(lost, () -> {
                // Of what is read now for the first time the lost node owns a third.
                Reading begun = Reading.begin(consumer, bucket);
                Duration gone = Await.until(
                        "the list has no " + lost,
                        NOTICED,
                        () -> !cache.members().contains(lost));
                new Figure("from the loss of a node until no agent is told of it").is(gone);
                return begun;
            });
            cache.awaitReady();
            cache.agents().awaitJoined();

            List<Reading.Copy> copies = reading.end();
            assertThat(reading.wrong(copies)).isEmpty();
            assertThat(copies).noneMatch(Reading.Copy::failed);
            Consumer back = Consumer.on(CLUSTER, lost);
            back.awaitRunning();
            assertThat(back.sha256()).isEqualTo(bucket.sha256());
        }
    }

    /** The node is back when this returns. */
    private static Reading withoutNode(String lost, Supplier<Reading> meanwhile) {
        Fault.run("node-stop", lost);
        try {
            return meanwhile.get();
        } finally {
            Fault.run("node-start", lost);
        }
    }
}
