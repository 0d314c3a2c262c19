package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The credentials of the bucket change while agents run: what is cached is served on, and a restart takes the new ones. */
@Tag("cluster")
class SecretRotatedTest {
    private static final String OTHER = "another-secret-not-to-be-logged";

    /** The operator asks agents every 10 s, and calls it a failure when all requests of a while failed. */
    private static final Duration TOLD = Duration.ofSeconds(60);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("secret-rotated");

    @Test
    void agentsServeWhatTheyHaveAndARestartTakesTheNewOnes() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one", "two");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4);
            cache.awaitReady();
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256("one")).isEqualTo(bucket.sha256().get("one"));

            bucket.rotate(OTHER);
            assertThat(consumer.run("cat %s/two > /dev/null 2>&1 || echo refused".formatted(Consumer.DIRECTORY)))
                    .isEqualTo("refused\n");
            assertThat(consumer.sha256("one")).isEqualTo(bucket.sha256().get("one"));
            Await.until("the condition says so", TOLD, () -> sourceFails(cache, consumer));

            Set<String> before = cache.agents().names();
            Bucket.tell(CLUSTER, OTHER);
            cache.restart();
            Await.until(
                    "every pod is another",
                    Cache.START_LIMIT,
                    () -> cache.agents().names().stream().noneMatch(before::contains));
            cache.awaitReady();
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
            assertThat(cache.agents().pods())
                    .allSatisfy(pod -> assertThat(CLUSTER.log(pod.getMetadata().getName(), "agent"))
                            .doesNotContain("not-to-be-logged"));
        }
    }

    /** A request that fails is one that somebody made. */
    private static boolean sourceFails(Cache cache, Consumer consumer) {
        consumer.run("cat %s/two > /dev/null 2>&1 || true".formatted(Consumer.DIRECTORY));
        return cache.condition("SourceReachable")
                .filter(told -> told.status().equals("False"))
                .isPresent();
    }
}
