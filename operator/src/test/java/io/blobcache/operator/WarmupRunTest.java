package io.blobcache.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.blobcache.crd.BlobCacheWarmup;
import io.blobcache.crd.StatusCondition;
import io.blobcache.crd.WarmupStatus;
import io.blobcache.operator.rig.Await;
import io.blobcache.operator.rig.OperatorUnderTest;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Warmups that agents on every node of a real cluster carry out. */
class WarmupRunTest {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** How long progress is watched: 24 MiB at 256 KiB a second take 96 s. */
    private static final Duration WATCHED = Duration.ofSeconds(40);

    private static final String SEED = """
            set -e
            head -c 25165824 /dev/urandom > /tmp/object
            for key in llama/a llama/b other; do
              curl -fsS --aws-sigv4 aws:amz:us-east-1:s3 --user "$ROOT_ACCESS_KEY:$ROOT_SECRET_KEY" \
                -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' -T /tmp/object http://127.0.0.1:7070/bucket/$key
            done
            """;

    @RegisterExtension
    static final OperatorUnderTest OPERATOR = new OperatorUnderTest("warmup-run");

    @BeforeAll
    static void aBucketAndACache() throws Exception {
        OPERATOR.applyFile("s3.yaml");
        OPERATOR.client()
                .pods()
                .inNamespace(OPERATOR.namespace())
                .withName("s3")
                .waitUntilReady(LIMIT.toSeconds(), TimeUnit.SECONDS);
        ByteArrayOutputStream told = new ByteArrayOutputStream();
        try (ExecWatch seeding = OPERATOR.client()
                .pods()
                .inNamespace(OPERATOR.namespace())
                .withName("s3")
                .writingError(told)
                .exec("sh", "-c", SEED)) {
            assertThat(seeding.exitCode().get(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .as(() -> told.toString(StandardCharsets.UTF_8))
                    .isZero();
        }
        OPERATOR.applyCache(
                "models",
                "sources: [{url: \"s3://bucket\", endpoint: \"http://s3.${NAMESPACE}.svc:7070\", region: us-east-1,"
                        + " pathStyle: true, secretName: s3-credentials}]",
                "disk: {quotaBytes: 2GiB}");
        OPERATOR.awaitReady("models");
    }

    @Test
    void ownersFetchItOnceAndTheResourceGoesWhenItsTimeIsOver() {
        apply("once", "paths: [\"llama/**\"]", "ttlAfterFinished: 30s");
        Await.until("once is complete", LIMIT, () -> holds("once", "Complete"));
        WarmupStatus status = status("once");
        assertThat(status.files()).isEqualTo(2);
        assertThat(status.warmedFiles()).isEqualTo(2);
        assertThat(status.warmed()).isEqualTo("48.0Mi");
        assertThat(status.progressPercent()).isEqualTo(100);
        assertThat(status.completionTime()).isNotNull();
        assertThat(events("once")).contains("Running", "Warmed");
        Await.until("it is deleted", LIMIT, () -> resource("once").get() == null);
    }

    @Test
    void progressIsWrittenSeldomAndAgentsAreToldOfADeletion() {
        apply("slow", "paths: [other]", "nodes: All", "bandwidth: 256KiB");
        Await.until("agents are told", LIMIT, () -> told().contains("slow-"));
        Await.until(
                "bytes are there",
                LIMIT,
                () -> resource("slow").require().getStatus() != null
                        && status("slow").warmed() != null
                        && !Objects.equals(status("slow").warmed(), "0"));
        OPERATOR.writes().clear();
        assertThat(Await.passed(WATCHED)).isTrue();
        assertThat(OPERATOR.writes().stream().filter(write -> write.contains("/blobcachewarmups/slow/")))
                .hasSizeBetween(1, (int) WATCHED.toSeconds() / 10 + 1);
        assertThat(status("slow").progressPercent()).isBetween(1, 99);
        resource("slow").delete();
        Await.until("agents are told", Duration.ofSeconds(10), () -> told().equals("warmups: []\n"));
    }

    private static String told() {
        return OPERATOR.text("blobcache-models-config", "warmups.yaml");
    }

    private static void apply(String name, String... specLines) {
        StringBuilder yaml = new StringBuilder("apiVersion: blobcache.io/v1alpha1\nkind: BlobCacheWarmup\n"
                + "metadata: {name: %s}\nspec:\n  cacheName: models\n".formatted(name));
        List.of(specLines).forEach(line -> yaml.append("  ").append(line).append('\n'));
        OPERATOR.apply(yaml.toString());
    }

    private static Resource<BlobCacheWarmup> resource(String name) {
        return OPERATOR.client()
                .resources(BlobCacheWarmup.class)
                .inNamespace(OPERATOR.namespace())
                .withName(name);
    }

    private static WarmupStatus status(String name) {
        return Objects.requireNonNull(resource(name).require().getStatus());
    }

    private static boolean holds(String name, String type) {
        WarmupStatus status = resource(name).require().getStatus();
        List<StatusCondition> all = status == null ? null : status.conditions();
        return all != null
                && all.stream()
                        .anyMatch(condition -> condition.type().equals(type)
                                && condition.status().equals("True"));
    }

    private static List<String> events(String name) {
        return OPERATOR.events().stream()
                .filter(event -> event.getRegarding().getName().equals(name))
                .map(Event::getReason)
                .toList();
    }
}
