package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The agents are told to end: open files are served to their end first, and nothing is left mounted anywhere. */
@Tag("cluster")
class DrainTest {
    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("drain");

    /** Holds a file open for some seconds, which are shorter than mount.drainTime, and reads it only then. */
    private static final String SLOW_READER =
            "exec 3< %s/one; touch /tmp/open; sleep 4; sha256sum <&3 | cut -c1-64".formatted(Consumer.DIRECTORY);

    @Test
    void whatIsOpenIsServedAndNothingStaysMounted() throws Exception {
        Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one");
        Agents agents = Agents.start(CLUSTER);
        List<Consumer> consumers = Consumer.onAll(CLUSTER);
        consumers.forEach(consumer -> consumer.awaitRunning());
        Consumer slow = consumers.getFirst();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var read = threads.submit(() -> slow.run(SLOW_READER));
            Await.until(
                    "the file is open",
                    Duration.ofSeconds(30),
                    () -> slow.run("ls /tmp").contains("open"));
            CLUSTER.client()
                    .apps()
                    .daemonSets()
                    .inNamespace(CLUSTER.namespace())
                    .withName(Agents.APP)
                    .delete();
            assertThat(read.get().strip()).isEqualTo(bucket.sha256().get("one"));
        }

        Await.until(
                "all agents are gone",
                Duration.ofMinutes(1),
                () -> agents.pods().isEmpty());
        assertThat(consumers)
                .allSatisfy(consumer -> assertThat(consumer.mounts()).isZero());
    }
}
