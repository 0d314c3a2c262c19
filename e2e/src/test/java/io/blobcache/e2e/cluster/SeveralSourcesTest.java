package io.blobcache.e2e.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.e2e.rig.Await;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two buckets in one cache: the Secret of one is deleted, which is told by the path of that one; the other is read as before. */
@Tag("cluster")
class SeveralSourcesTest {
    private static final String SECRET = "other-credentials";
    private static final String ID_FILE = "/etc/blobcache/credentials/" + SECRET + "/AWS_ACCESS_KEY_ID";

    /** The operator asks agents every 10 s, and agents ask a source every 10 s that refused something. */
    private static final Duration TOLD = Duration.ofSeconds(60);

    /** The kubelet renews a mounted Secret within a minute or two. */
    private static final Duration RENEWED = Duration.ofMinutes(3);

    @RegisterExtension
    static final Cluster CLUSTER = new Cluster("several-sources");

    @Test
    void oneThatLosesItsSecretIsNamedHarmsNoOtherAndComesBack() {
        try (Chart _ = Chart.install(CLUSTER)) {
            Bucket models = Bucket.with(CLUSTER, 8 << 20, "one", "two");
            Bucket images = models.other(8 << 20, "one", "two");
            CLUSTER.apply("two-sources.yaml", Map.of());
            Cache cache = new Cache(CLUSTER);
            cache.awaitReady();
            Consumer consumer = Consumer.on(CLUSTER, CLUSTER.nodes().getFirst());
            consumer.awaitRunning();
            assertThat(consumer.sha256("models/one")).isEqualTo(models.sha256().get("one"));
            assertThat(consumer.sha256("data/images/one"))
                    .isEqualTo(images.sha256().get("one"));
            Set<String> before = cache.agents().lives();

            CLUSTER.client()
                    .secrets()
                    .inNamespace(CLUSTER.namespace())
                    .withName(SECRET)
                    .delete();
            Await.until("no agent has it any more", RENEWED, () -> holders(cache) == 0);
            Await.until(
                    "the condition names its source",
                    TOLD,
                    () -> !reads(consumer) && failing(cache).contains("(data/images)"));
            Await.until(
                    "so does the agent, with the reason",
                    TOLD,
                    () -> !reads(consumer) && ready(cache).contains(ID_FILE + " is missing"));
            assertThat(ready(cache)).contains("data/images: ").doesNotContain("models: ");
            assertThat(consumer.sha256("models/two")).isEqualTo(models.sha256().get("two"));

            CLUSTER.apply("two-sources.yaml", Map.of());
            Await.until("it is read again", RENEWED, () -> reads(consumer));
            assertThat(consumer.sha256("data/images/two"))
                    .isEqualTo(images.sha256().get("two"));
            Await.until("no source fails", TOLD, () -> failing(cache).isEmpty());
            assertThat(cache.agents().lives()).isEqualTo(before);
        }
    }

    /** Agents that have the file of a key. */
    private static long holders(Cache cache) {
        return cache.agents().pods().stream()
                .map(pod -> CLUSTER.exec(
                        pod.getMetadata().getName(), "agent", "test -e " + ID_FILE + " && echo here || true"))
                .filter("here\n"::equals)
                .count();
    }

    /** Of what was never read before. */
    private static boolean reads(Consumer consumer) {
        return consumer.run("cat %s/data/images/two > /dev/null 2>&1 && echo read || echo refused"
                        .formatted(Consumer.DIRECTORY))
                .equals("read\n");
    }

    /** What the agent says beside the consumer. */
    private static String ready(Cache cache) {
        return cache.agents().page(cache.agents().on(CLUSTER.nodes().getFirst()), "/readyz");
    }

    /** What the condition says of sources that fail; empty if it says that none does. */
    private static String failing(Cache cache) {
        return cache.condition("SourceReachable")
                .map(told -> told.status().equals("True") ? "" : told.message())
                .orElse("not told");
    }
}
