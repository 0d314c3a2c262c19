package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The API server is away for two minutes: reads go on, of new files too; then what was asked for is carried out. */
@Tag("cluster")
class ApiDownTest {
    private static final Duration AWAY = Duration.ofMinutes(2);

    /** Well inside, however long a command takes to begin. */
    private static final int COLD_READ_AFTER_SECONDS = 60;

    private static final long GIB = 1L << 30;

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("api-down");

    @Test
    void readsGoOnAndWorkIsTakenUpAgain() {
        Fault.assumeKnown();
        try (Chart chart = Chart.install(CLUSTER)) {
            Bucket warm = Bucket.with(CLUSTER, 8 << 20, "one");
            Bucket cold = Bucket.with(CLUSTER, 8 << 20, "two");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            cache.agents().awaitJoined();
            Set<String> before = cache.agents().names();
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            Reading reading = Reading.begin(consumer, warm);
            // Nobody can be told anything while the API server is away: this one reads by itself.
            consumer.run(
                    "(sleep %d; sha256sum < %s/two > /tmp/cold; date +%%s > /tmp/when) > /dev/null 2>&1 < /dev/null &"
                            .formatted(COLD_READ_AFTER_SECONDS, Consumer.DIRECTORY));

            Fault.run("api-stop");
            Instant stopped = Instant.now();
            try {
                Await.pause(AWAY);
            } finally {
                Fault.run("api-start");
            }
            long started = Instant.now().getEpochSecond();
            Await.until("the API server answers", Duration.ofMinutes(1), ApiDownTest::answers);

            List<Reading.Copy> copies = reading.end();
            assertThat(reading.wrong(copies)).isEmpty();
            assertThat(copies).noneMatch(Reading.Copy::failed);
            assertThat(copies)
                    .filteredOn(copy -> copy.epochSecond() > stopped.getEpochSecond() && copy.epochSecond() < started)
                    .hasSizeGreaterThan(10);
            assertThat(consumer.run("cut -c1-64 /tmp/cold").strip())
                    .isEqualTo(cold.sha256().get("two"));
            assertThat(Long.parseLong(consumer.run("cat /tmp/when").strip()))
                    .isBetween(stopped.getEpochSecond(), started);

            Cache.apply(CLUSTER, "1GiB", 4);
            Duration taken = Await.until(
                    "every agent has the new quota",
                    Cache.START_LIMIT,
                    () -> chart.operators().size() == 1
                            && cache.agents().pods().stream()
                                    .allMatch(pod -> cache.agents().diskCapacity(pod) == GIB));
            new Figure("a change applied right after the API server was away for %d s".formatted(AWAY.toSeconds()))
                    .is(taken);
            cache.awaitReady();
            assertThat(cache.agents().names()).isEqualTo(before);
            assertThat(cache.agents().containers())
                    .extracting(ContainerStatus::getRestartCount)
                    .containsOnly(0);
        }
    }

    private static boolean answers() {
        try {
            return "ok".equals(CLUSTER.client().raw("/readyz"));
        } catch (KubernetesClientException _) {
            return false;
        }
    }
}
