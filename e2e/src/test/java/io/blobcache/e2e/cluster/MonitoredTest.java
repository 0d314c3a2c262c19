package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.blobcache.e2e.rig.Project;
import io.blobcache.e2e.rig.Shell;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A real Prometheus scrapes operator and agents: each panel of the dashboard has data, and an alert fires when the source is lost. */
@Tag("cluster")
class MonitoredTest {
    private static final Duration SCRAPED = Duration.ofMinutes(1);

    /** Enough for the rates of the recording rules to have something to go by. */
    private static final Duration LOAD = Duration.ofSeconds(60);

    /** It fires at once; an agent notices with its next request, and is scraped every 5 s. */
    private static final Duration FIRED = Duration.ofMinutes(3);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("monitored");

    @Test
    void theDashboardHasDataAndALostSourceIsReported() {
        Monitoring.assumeKnown();
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket read = Bucket.with(CLUSTER, 24 << 20, "one", "two", "three");
            Bucket.with(CLUSTER, 8 << 20, "never-before");
            List<Consumer> consumers = Consumer.onAll(CLUSTER);
            Monitoring monitoring = Monitoring.start(CLUSTER);
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            cache.agents().awaitJoined();
            assertThat(consumers).allSatisfy(consumer -> consumer.awaitRunning());
            scraped(monitoring, "blobcache-operator", 1);
            scraped(monitoring, "blobcache-agent", CLUSTER.nodes().size());

            List<Reading> readings = consumers.stream()
                    .map(consumer -> Reading.begin(consumer, read))
                    .toList();
            Await.pause(LOAD);
            assertThat(monitoring.unwellRules()).isEmpty();
            assertThat(monitoring.emptyPanels()).isEmpty();
            assertThat(monitoring.firing()).isEmpty();
            readings.forEach(Reading::end);

            CLUSTER.client()
                    .pods()
                    .inNamespace(CLUSTER.namespace())
                    .withName("s3")
                    .delete();
            Await.until("the alert fires", FIRED, () -> {
                consumers.getFirst().run("cat %s/never-before > /dev/null 2>&1 || true".formatted(Consumer.DIRECTORY));
                return monitoring.firing().contains("BlobCacheSourceUnreachable");
            });
            draw();
        }
    }

    private static void scraped(Monitoring monitoring, String job, int targets) {
        Await.until(
                targets + " of " + job + " are scraped",
                SCRAPED,
                () -> monitoring.values("up{job=\"" + job + "\"} == 1").size() == targets);
    }

    /** For docs/images, where it is asked for. */
    private static void draw() {
        String picture = System.getenv("BLOBCACHE_E2E_PICTURE");
        if (picture != null) {
            Shell.run(
                            Duration.ofMinutes(3),
                            Map.of(),
                            List.of(
                                    Project.root().resolve("docs/images/make").toString(),
                                    "--namespace",
                                    CLUSTER.namespace(),
                                    picture))
                    .expectSuccess();
        }
    }
}
