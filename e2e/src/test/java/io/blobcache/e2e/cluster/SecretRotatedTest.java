package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The key of the bucket is exchanged: what is cached is served on; once the Secret has the new one all is, without a restart. */
@Tag("cluster")
class SecretRotatedTest {
    private static final String OTHER = "another-secret-not-to-be-logged";

    /** The operator asks agents every 10 s, and agents ask a source every 10 s that refused something. */
    private static final Duration TOLD = Duration.ofSeconds(60);

    /** The kubelet renews a mounted Secret within a minute or two. */
    private static final Duration RENEWED = Duration.ofMinutes(3);

    /** While the key is refused the names of what is cached are not asked for; and what was not read is not there. */
    private static final String SETTINGS = "listing: {ttl: 1h}\n  prefetch: {filesAhead: 0}";

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("secret-rotated");

    @Test
    void agentsTakeTheNewKeyWithoutARestart() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket bucket = Bucket.with(CLUSTER, 8 << 20, "one", "two", "three");
            Cache cache = Cache.apply(CLUSTER, "2GiB", 4, SETTINGS);
            cache.awaitReady();
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256("one")).isEqualTo(bucket.sha256().get("one"));
            Set<String> before = cache.agents().lives();

            bucket.rotate(OTHER);
            assertThat(reads(consumer, "two")).isFalse();
            assertThat(consumer.sha256("one")).isEqualTo(bucket.sha256().get("one"));
            Await.until("the condition says so", TOLD, () -> !reads(consumer, "two") && source(cache, "False"));

            Bucket.tell(CLUSTER, OTHER);
            Await.until("what was never read is read", RENEWED, () -> reads(consumer, "two"));
            assertThat(consumer.sha256()).isEqualTo(bucket.sha256());
            Await.until("the condition says so", TOLD, () -> source(cache, "True"));
            assertThat(cache.agents().lives()).isEqualTo(before);
            assertThat(cache.agents().pods())
                    .allSatisfy(pod -> assertThat(CLUSTER.log(pod.getMetadata().getName(), "agent"))
                            .doesNotContain("not-to-be-logged"));
        }
    }

    private static boolean reads(Consumer consumer, String file) {
        return consumer.run(
                        "cat %s/%s > /dev/null 2>&1 && echo read || echo refused".formatted(Consumer.DIRECTORY, file))
                .equals("read\n");
    }

    private static boolean source(Cache cache, String status) {
        return cache.condition("SourceReachable")
                .filter(told -> told.status().equals(status))
                .isPresent();
    }
}
